/** How evidence is kept: the central bucket and its policy. */
import { type Any, at, EVIDENCE, flat, ofType, type Rule, statementOf, statements, when } from './template-rules.ts';

export const bucketRules: readonly Rule[] = [
  {
    name: 'the central bucket is encrypted with its own key',
    problems: (template) => {
      const [rule] = at(template, 'LakeBucket').BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
      const by = rule?.ServerSideEncryptionByDefault;
      return when(by?.SSEAlgorithm !== 'aws:kms' || flat(by.KMSMasterKeyID) !== '{"Fn::GetAtt":["LakeKey","Arn"]}', 'encryption');
    },
    broken: [
      (template) => {
        at(template, 'LakeBucket').BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm =
          'AES256';
      },
      (template) => {
        at(template, 'LakeBucket').BucketEncryption = undefined;
      },
    ],
  },
  {
    name: 'a put into the central bucket that names another encryption or key is refused, one that names none is not',
    problems: (template) => {
      const document = at(template, 'LakeBucketPolicy').PolicyDocument;
      const wanted = {
        DenyOtherEncryption: '{"StringNotEquals":{"ENC":"aws:kms"},"Null":{"ENC":"false"}}',
        DenyOtherKeys: '{"StringNotEquals":{"ENC-aws-kms-key-id":{"Fn::GetAtt":["LakeKey","Arn"]}},"Null":{"ENC-aws-kms-key-id":"false"}}',
        DenyUnnamedKey: '{"StringEquals":{"ENC":"aws:kms"},"Null":{"ENC-aws-kms-key-id":"true"}}',
      };
      return Object.entries(wanted).flatMap(([sid, condition]) => {
        const deny = statementOf(document, sid);
        const said = flat(deny?.Condition).replaceAll('s3:x-amz-server-side-encryption', 'ENC');
        return when(deny?.Effect !== 'Deny' || deny.Action !== 's3:PutObject' || said !== condition, `${sid}: ${said}`);
      });
    },
    broken: [
      (template) => {
        // true for a request without the header: every put of the functions would be refused
        const deny = statementOf(at(template, 'LakeBucketPolicy').PolicyDocument, 'DenyOtherEncryption');
        deny.Condition = { StringNotEqualsIfExists: deny.Condition.StringNotEquals };
      },
      (template) => {
        statementOf(at(template, 'LakeBucketPolicy').PolicyDocument, 'DenyUnnamedKey').Effect = 'Allow';
      },
    ],
  },
  {
    name: 'no bucket lets the public in',
    problems: (template) =>
      ofType(template, 'AWS::S3::Bucket').flatMap(([id, { Properties }]) => {
        const block = Properties['PublicAccessBlockConfiguration'] ?? {};
        const switches = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
        return switches.filter((each) => block[each] !== true).map((each) => `${id}: ${each}`);
      }),
    broken: [
      (template) => {
        at(template, 'LakeBucket').PublicAccessBlockConfiguration.RestrictPublicBuckets = false;
      },
    ],
  },
  {
    name: 'the central bucket keeps versions',
    problems: (template) => when(at(template, 'LakeBucket').VersioningConfiguration?.Status !== 'Enabled', 'versions'),
    broken: [
      (template) => {
        at(template, 'LakeBucket').VersioningConfiguration.Status = 'Suspended';
      },
    ],
  },
  {
    name: 'work goes after 7 days, results of queries after 30, unfinished uploads after 7, evidence never',
    problems: (template) => {
      const rules: Any[] = at(template, 'LakeBucket').LifecycleConfiguration.Rules;
      const byPrefix = (prefix?: string) => rules.find((rule) => rule.Prefix === prefix) ?? {};
      const expiring = rules.filter((rule) => rule.ExpirationInDays !== undefined || rule.NoncurrentVersionExpiration !== undefined);
      return [
        ...when(byPrefix('work/').ExpirationInDays !== 7, 'work/'),
        ...when(byPrefix('athena-results/').ExpirationInDays !== 30, 'athena-results/'),
        ...when(byPrefix('answers/').NoncurrentVersionExpiration === undefined, 'answers/'),
        ...when(byPrefix().AbortIncompleteMultipartUpload?.DaysAfterInitiation !== 7, 'uploads'),
        ...when(
          rules.some((rule) => rule.Status !== 'Enabled'),
          'a rule is off',
        ),
        ...expiring
          .filter(({ Prefix = '' }) => EVIDENCE.some((prefix) => prefix.startsWith(Prefix) || Prefix.startsWith(prefix)))
          .map(({ Id }) => `${Id} expires evidence`),
      ];
    },
    broken: [
      (template) => {
        at(template, 'LakeBucket').LifecycleConfiguration.Rules[0].Prefix = '';
      },
      (template) => {
        at(template, 'LakeBucket').LifecycleConfiguration.Rules.push({ Id: 'x', Status: 'Enabled', Prefix: 'raw/', ExpirationInDays: 1 });
      },
      (template) => {
        at(template, 'LakeBucket').LifecycleConfiguration.Rules[1].Status = 'Disabled';
      },
    ],
  },
  {
    name: 'every bucket and queue and topic is spoken to over TLS only',
    problems: (template) => {
      const policies: [string, Any][] = ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'].flatMap((type) =>
        ofType(template, type).map(([id, { Properties }]): [string, Any] => [id, Properties['PolicyDocument']]),
      );
      const isDenied = (document: Any) =>
        statements(document).some(
          ({ Effect, Principal, Condition }) =>
            Effect === 'Deny' && Principal === '*' && String(Condition?.['Bool']?.['aws:SecureTransport']) === 'false',
        );
      const guarded = policies.filter(([, document]) => isDenied(document)).map(([id]) => id);
      const covered = policies.map(([id]) => flat(at(template, id).Bucket ?? at(template, id).Queues ?? at(template, id).Topics)).join();
      const all = ['AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::SNS::Topic'].flatMap((type) => ofType(template, type).map(([id]) => id));
      return [
        ...policies.map(([id]) => id).filter((id) => !guarded.includes(id)),
        ...all.filter((id) => !covered.includes(`{"Ref":"${id}"}`)),
      ];
    },
    broken: [
      (template) => {
        at(template, 'LakeBucketPolicy').PolicyDocument.Statement.shift();
      },
      (template) => {
        delete (template.Resources as Any).CloudtrailDlqPolicy;
      },
      (template) => {
        at(template, 'AlertTopicPolicy').PolicyDocument.Statement[0].Condition.Bool['aws:SecureTransport'] = 'true';
      },
    ],
  },
  {
    name: 'nobody but the break-glass role deletes evidence',
    problems: (template) => {
      const deny = statementOf(at(template, 'LakeBucketPolicy').PolicyDocument, 'DenyDeletionOfEvidence');
      const covered = flat(deny?.Resource);
      return [
        ...when(deny?.Effect !== 'Deny' || deny.Principal !== '*', 'everybody'),
        ...['s3:DeleteObject', 's3:DeleteObjectVersion'].filter((action) => !deny?.Action.includes(action)),
        ...when(flat(deny?.Condition) !== '{"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/BreakGlass"}}', 'exception'),
        ...EVIDENCE.filter((prefix) => !covered.includes(`:::audit-test-lake/${prefix}*`)),
      ];
    },
    broken: [
      (template) => {
        statementOf(at(template, 'LakeBucketPolicy').PolicyDocument, 'DenyDeletionOfEvidence').Resource.shift();
      },
      (template) => {
        statementOf(at(template, 'LakeBucketPolicy').PolicyDocument, 'DenyDeletionOfEvidence').Condition = {};
      },
      (template) => {
        statementOf(at(template, 'LakeBucketPolicy').PolicyDocument, 'DenyDeletionOfEvidence').Action.pop();
      },
    ],
  },
  {
    name: 'nobody shortens the life of evidence by another way',
    problems: (template) => {
      const deny = statementOf(at(template, 'LakeBucketPolicy').PolicyDocument, 'DenyWeakening');
      const wanted = ['s3:PutLifecycleConfiguration', 's3:PutBucketVersioning', 's3:PutEncryptionConfiguration', 's3:DeleteBucket'];
      return [...wanted.filter((action) => !deny?.Action.includes(action)), ...when(deny?.Effect !== 'Deny', 'deny')];
    },
    broken: [
      (template) => {
        statementOf(at(template, 'LakeBucketPolicy').PolicyDocument, 'DenyWeakening').Action = ['s3:DeleteBucket'];
      },
    ],
  },
  {
    name: 'readers of other accounts see tables and answers, never raw inputs, and may decrypt through S3 only',
    problems: (template) => {
      const document = at(template, 'LakeBucketPolicy').PolicyDocument;
      const resources = flat(statementOf(document, 'ReadersGet')?.Resource);
      const grant = statementOf(at(template, 'LakeKey').KeyPolicy, 'Readers');
      return [
        ...when(!resources.includes('/answers/*') || !resources.includes('/events/*'), 'tables'),
        ...when(resources.includes('/raw/') || resources.includes('lake/*"'), 'raw'),
        ...when(statementOf(document, 'ReadersGet')?.Action !== 's3:GetObject', 'more than reading'),
        ...when(
          !flat(grant?.Principal).includes('777788889999') || grant.Action.some((each: string) => !/Decrypt|Describe/.test(each)),
          'key',
        ),
        ...when(!flat(grant?.Condition).includes('kms:ViaService'), 'not through S3 only'),
      ];
    },
    broken: [
      (template) => {
        statementOf(at(template, 'LakeBucketPolicy').PolicyDocument, 'ReadersGet').Resource.push({
          'Fn::Sub': 'arn::s3:::audit-test-lake/raw/*',
        });
      },
      (template) => {
        statementOf(at(template, 'LakeKey').KeyPolicy, 'Readers').Condition = {};
      },
      (template) => {
        statementOf(at(template, 'LakeBucketPolicy').PolicyDocument, 'ReadersGet').Action = 's3:*';
      },
    ],
  },
  {
    name: 'evidence, its key, its policy and its catalog outlive the stack',
    problems: (template) => {
      const ids = ['LakeBucket', 'LakeBucketPolicy', 'LakeKey', 'Database', ...ofType(template, 'AWS::Glue::Table').map(([id]) => id)];
      return ids.filter((id) => {
        const resource = template.Resources[id];
        return resource?.DeletionPolicy !== 'Retain' || resource.UpdateReplacePolicy !== 'Retain';
      });
    },
    broken: [
      (template) => {
        (template.Resources['LakeKey'] as Any).DeletionPolicy = 'Delete';
      },
      (template) => {
        (template.Resources['LakeBucket'] as Any).UpdateReplacePolicy = undefined;
      },
    ],
  },
];
