/** Alerts as they leave: records in the central bucket, messages on a topic. */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { AlertMessage } from '../answer/alert-text.ts';
import type { AlertEffects } from '../cloud/alert.ts';
import { awsFault } from './aws-fault.ts';

export interface AlertPlace {
  /** The central bucket. */
  readonly bucket: string;
  readonly topicArn: string;
}

export function alertEffects({ bucket, topicArn }: AlertPlace, s3: S3Client, sns: SNSClient): AlertEffects {
  return {
    nowMs: () => Date.now(),

    async load(key) {
      try {
        const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return { text: (await Body?.transformToString()) ?? '', tag: ETag ?? '' };
      } catch (cause) {
        const fault = awsFault(cause, `s3://${bucket}/${key}`, 'be read');
        if (fault.fault === 'absent') return null;
        throw fault;
      }
    },

    async save(key, text, tag) {
      const condition = tag === null ? { IfNoneMatch: '*' } : { IfMatch: tag };
      try {
        await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: 'application/json', ...condition }));
        return true;
      } catch (cause) {
        // 412: another was faster; 409: another is just now
        const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
        if (status === 412 || status === 409) return false;
        throw awsFault(cause, `s3://${bucket}/${key}`, 'be written');
      }
    },

    async publish(message) {
      try {
        await sns.send(new PublishCommand({ TopicArn: topicArn, Subject: message.subject, ...bodies(message) }));
      } catch (cause) {
        throw awsFault(cause, topicArn, 'be published to');
      }
    },
  };
}

/** People (mail, text messages) get text, programs JSON: whatever has no form of its own gets the default. */
export function bodies(message: AlertMessage): {
  readonly MessageStructure: 'json';
  readonly Message: string;
  readonly MessageAttributes: Record<string, MessageAttributeValue>;
} {
  const data = JSON.stringify({ ...message.data, subject: message.subject, alert_id: message.hash });
  const Message = JSON.stringify({ default: data, email: message.text, sms: message.subject });
  const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });
  const [ruleId = ''] = message.ruleIds;
  return {
    MessageStructure: 'json',
    Message,
    MessageAttributes: {
      kind: text(message.kind),
      severity: text(message.severity),
      // a filter on a rule lets a digest through that has it
      rule_id: message.ruleIds.length === 1 ? text(ruleId) : { DataType: 'String.Array', StringValue: JSON.stringify(message.ruleIds) },
    },
  };
}
