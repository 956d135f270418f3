/** CloudTrail records as text, shaped like real ones of 2024 and of 2026 (F§5.2). */
import type { Random } from './random.ts';
import { quote, secondText } from './text.ts';

export interface S3Call {
  readonly eventId: string;
  /** When the request began, epoch milliseconds. */
  readonly t: number;
  /** Whether the record says the millisecond (2026) or only the second in which the request completed. */
  readonly precise: boolean;
  /** `userIdentity`, JSON text. */
  readonly identity: string;
  readonly name: string;
  readonly region: string;
  readonly source: string;
  readonly agent: string;
  readonly bucket: string;
  /** Raw key; null for calls on the bucket. */
  readonly key: string | null;
  /** The key as JSON text, where it is not what `quote` makes of it. */
  readonly keyText?: string;
  readonly readOnly: boolean;
  readonly bytesIn?: number;
  readonly bytesOut?: number;
  readonly recipient: string;
  /** Owner of the bucket; default the recipient. */
  readonly owner?: string;
  readonly endpoint?: string | null;
  readonly endpointAccount?: string | null;
  readonly denied?: boolean;
  /** Asked over HTTP: the record names neither a TLS version nor a cipher suite. */
  readonly plaintext?: boolean;
  /** `bucket/key` of the source of a copy. */
  readonly copySource?: string;
  /** More request parameters, JSON text that begins with a comma. */
  readonly parameters?: string;
  /** `responseElements`, JSON text; default null, or the encryption of a write. */
  readonly response?: string;
  readonly sharedEventId?: string;
  /** The original of which this record is a correction. */
  readonly corrects?: { readonly eventId: string; readonly requestId: string };
  readonly requestId?: string;
}

/** What an encrypted call adds to `additionalEventData`. */
const CIPHER_SUITE = '"CipherSuite":"TLS_AES_128_GCM_SHA256",';

/** One S3 data event. */
export function s3Record(random: Random, call: S3Call): string {
  const { precise, bucket, denied = false, plaintext = false, bytesIn = 0, bytesOut = denied ? 243 : 0 } = call;
  const took = precise ? 6 + (random.next() % 90) : 0;
  const data = precise ? preciseData(random, call, took, bytesIn, bytesOut, denied) : olderData(random, bytesIn, bytesOut);
  const host = `${bucket}.s3.${call.region}.amazonaws.com`;
  const keyText = call.key === null ? '' : (call.keyText ?? quote(call.key));
  const error = denied ? '"errorCode":"AccessDenied","errorMessage":"Access Denied",' : '';
  const encryption = call.readOnly || denied || call.name.startsWith('Delete') ? 'null' : '{"x-amz-server-side-encryption":"AES256"}';
  const corrects = call.corrects
    ? `"addendum":{"reason":"UPDATED_DATA","updatedFields":"sourceIPAddress","originalRequestID":"${call.corrects.requestId}","originalEventID":"${call.corrects.eventId}"},`
    : '';
  return (
    `{"eventVersion":"${precise ? '1.11' : '1.09'}","userIdentity":${call.identity},"eventTime":"${secondText(call.t + took)}",` +
    `"eventSource":"s3.amazonaws.com","eventName":"${call.name}","awsRegion":"${call.region}","sourceIPAddress":"${call.source}",` +
    `"userAgent":${quote(call.agent)},${error}"requestParameters":{"bucketName":"${bucket}","Host":"${host}"` +
    `${call.copySource === undefined ? '' : `,"x-amz-copy-source":${quote(call.copySource)}`}${keyText === '' ? '' : `,"key":${keyText}`}` +
    `${call.parameters ?? ''}},"responseElements":${call.response ?? encryption},"additionalEventData":` +
    `${plaintext ? data.replace(CIPHER_SUITE, '') : data},` +
    `"requestID":"${call.requestId ?? random.capitals(16)}","eventID":"${call.eventId}","readOnly":${call.readOnly},` +
    `"resources":${resources(call, keyText)},"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"${call.recipient}",` +
    `${call.sharedEventId ? `"sharedEventID":"${call.sharedEventId}",` : ''}${corrects}` +
    `${call.endpoint ? `"vpcEndpointId":"${call.endpoint}",` : ''}` +
    `${call.endpoint && call.endpointAccount ? `"vpcEndpointAccountId":"${call.endpointAccount}",` : ''}"eventCategory":"Data"` +
    `${plaintext ? '' : `,"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"${host}"}`}}`
  );
}

/** Since 2026: milliseconds, status, whole byte counts. */
function preciseData(random: Random, call: S3Call, took: number, bytesIn: number, bytesOut: number, denied: boolean): string {
  return (
    `{"SignatureVersion":"SigV4",${CIPHER_SUITE}${bytesOut > 0 && !denied ? `"objectSize":${bytesOut},` : ''}` +
    `"bytesTransferredIn":${bytesIn},${call.readOnly || denied ? '' : '"SSEApplied":"Default_SSE_S3",'}"startTime":${call.t},` +
    `"AuthenticationMethod":"AuthHeader","endTime":${call.t + took},"x-amz-id-2":"${random.base64(74)}==",` +
    `"turnAroundTime":${Math.max(1, took - 4)},"httpStatusCode":${denied ? 403 : 200},"bytesTransferredOut":${bytesOut}}`
  );
}

/** Before: byte counts that may be floats. */
function olderData(random: Random, bytesIn: number, bytesOut: number): string {
  const fraction = random.chance(0.4) ? '.0' : '';
  return (
    `{"SignatureVersion":"SigV4",${CIPHER_SUITE}"bytesTransferredIn":${bytesIn}${fraction},` +
    `"AuthenticationMethod":"AuthHeader","x-amz-id-2":"${random.base64(74)}==","bytesTransferredOut":${bytesOut}${fraction}}`
  );
}

/** Objects before the bucket until 2024, after it in 2026; a copy names destination, bucket and source. */
function resources(call: S3Call, keyText: string): string {
  const owner = call.owner ?? call.recipient;
  const bucket = `{"accountId":"${owner}","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::${call.bucket}"}`;
  const object =
    keyText === ''
      ? `{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::${call.bucket}/"}`
      : `{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::${call.bucket}/${keyText.slice(1)}}`;
  const source = call.copySource === undefined ? '' : `,{"type":"AWS::S3::Object","ARN":${quote(`arn:aws:s3:::${call.copySource}`)}}`;
  return call.precise ? `[${bucket},${object}${source}]` : `[${object},${bucket}${source}]`;
}

export interface OtherCall {
  readonly eventId: string;
  readonly t: number;
  readonly identity: string;
  /** Service, for example `sts.amazonaws.com`. */
  readonly service: string;
  readonly name: string;
  readonly region: string;
  readonly source: string;
  readonly agent: string;
  readonly readOnly: boolean;
  readonly recipient: string;
  /** JSON texts; default null. */
  readonly parameters?: string;
  readonly response?: string;
  readonly additional?: string;
  readonly resources?: string;
  readonly error?: string;
  readonly endpoint?: string | null;
  readonly endpointAccount?: string | null;
  readonly category?: 'Data' | 'Management';
  /** `AwsApiCall` unless said. */
  readonly type?: string;
}

/** One record of another service: a management event unless it says data. */
export function otherRecord(random: Random, call: OtherCall): string {
  const { category = 'Management', type = 'AwsApiCall' } = call;
  const host = `${call.service.split('.')[0]}.${call.region}.amazonaws.com`;
  return (
    `{"eventVersion":"1.11","userIdentity":${call.identity},"eventTime":"${secondText(call.t)}","eventSource":"${call.service}",` +
    `"eventName":"${call.name}","awsRegion":"${call.region}","sourceIPAddress":"${call.source}","userAgent":${quote(call.agent)},` +
    `${call.error ? `"errorCode":"${call.error}","errorMessage":"the request was refused",` : ''}` +
    `"requestParameters":${call.parameters ?? 'null'},"responseElements":${call.response ?? 'null'},` +
    `${call.additional ? `"additionalEventData":${call.additional},` : ''}"requestID":"${random.uuid()}","eventID":"${call.eventId}",` +
    `"readOnly":${call.readOnly},${call.resources ? `"resources":${call.resources},` : ''}"eventType":"${type}",` +
    `"managementEvent":${category === 'Management'},"recipientAccountId":"${call.recipient}",` +
    `${call.endpoint ? `"vpcEndpointId":"${call.endpoint}",` : ''}` +
    `${call.endpoint && call.endpointAccount ? `"vpcEndpointAccountId":"${call.endpointAccount}",` : ''}"eventCategory":"${category}",` +
    `"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"${host}"}}`
  );
}
