/** Golden folders of the rules about notebooks and SageMaker. */
import { type Case, call, DENIED, FROM_SESSION, type Json } from './records.ts';

const notebook = (time: string, name: string, request: Json, over: Json = {}) =>
  call(time, 'sagemaker', name, { notebookInstanceName: 'research', ...request }, over);
const SAFE = {
  directInternetAccess: 'Disabled',
  rootAccess: 'Disabled',
  kmsKeyId: 'alias/research',
  subnetId: 'subnet-0a1b',
  instanceType: 'ml.t3.medium',
};

/** By rule, by name of the case. */
export function ofNotebooks(): Record<string, Record<string, Case>> {
  const training = (more: Json) => ({
    trainingJobName: 'train',
    outputDataConfig: { kmsKeyId: 'k', s3OutputPath: 's3://out/' },
    resourceConfig: { volumeKmsKeyId: 'k', instanceCount: 1 },
    ...more,
  });
  const hours = { policy: { notebooks: { hoursUtc: '07:00-19:00' } } };
  return {
    'notebook-unsafe': {
      found: {
        title: 'All defaults from a session, root access given later, an instance type that is not allowed and failed',
        configuration: { policy: { notebooks: { instanceTypes: ['ml.t3.medium'] } } },
        records: [
          notebook('10:30:00', 'CreateNotebookInstance', { instanceType: 'ml.t3.medium' }, FROM_SESSION),
          notebook('10:31:00', 'UpdateNotebookInstance', { rootAccess: 'Enabled' }),
          notebook('10:32:00', 'CreateNotebookInstance', { ...SAFE, instanceType: 'ml.p4d.24xlarge' }, DENIED),
        ],
      },
      safe: {
        title: 'As the policy says, and an update of something else',
        records: [
          notebook('10:30:00', 'CreateNotebookInstance', SAFE),
          notebook('10:31:00', 'UpdateNotebookInstance', { instanceType: 'ml.t3.large' }),
        ],
      },
    },
    'sagemaker-unencrypted': {
      found: {
        title: 'An endpoint without a key, a job without keys, a job of two instances without encryption between them',
        records: [
          call('09:00:00', 'sagemaker', 'CreateEndpointConfig', {
            endpointConfigName: 'serve',
            productionVariants: [{ instanceType: 'ml.m5.large' }],
          }),
          call(
            '09:01:00',
            'sagemaker',
            'CreateTrainingJob',
            { trainingJobName: 'bare', outputDataConfig: {}, resourceConfig: { instanceCount: 1 } },
            DENIED,
          ),
          call('09:02:00', 'sagemaker', 'CreateTrainingJob', training({ resourceConfig: { volumeKmsKeyId: 'k', instanceCount: 2 } })),
        ],
      },
      encrypted: {
        title: 'Keys, and encryption where there are several instances',
        records: [
          call('09:00:00', 'sagemaker', 'CreateEndpointConfig', { endpointConfigName: 'serve', kmsKeyId: 'k' }),
          call('09:01:00', 'sagemaker', 'CreateTrainingJob', training({})),
          call(
            '09:02:00',
            'sagemaker',
            'CreateTrainingJob',
            training({ enableInterContainerTrafficEncryption: true, resourceConfig: { volumeKmsKeyId: 'k', instanceCount: 2 } }),
          ),
        ],
      },
    },
    'notebook-changed': {
      found: {
        title: 'A deletion that failed, a script that a session added, a stop in the evening',
        configuration: hours,
        records: [
          notebook('09:00:00', 'DeleteNotebookInstance', {}, DENIED),
          call(
            '10:30:00',
            'sagemaker',
            'CreateNotebookInstanceLifecycleConfig',
            { notebookInstanceLifecycleConfigName: 'on-start' },
            FROM_SESSION,
          ),
          notebook('19:00:00', 'StopNotebookInstance', {}),
        ],
      },
      'over-midnight': {
        title: 'Hours over midnight',
        configuration: { policy: { notebooks: { hoursUtc: '22:00-06:00' } } },
        records: [
          notebook('05:59:59', 'StartNotebookInstance', {}),
          notebook('06:00:00', 'StartNotebookInstance', {}),
          notebook('22:00:00', 'StopNotebookInstance', {}),
        ],
      },
      'within-hours': {
        title: 'Starts and stops within the hours, and a look at a script',
        configuration: hours,
        records: [
          notebook('07:00:00', 'StartNotebookInstance', {}),
          notebook('18:59:59', 'StopNotebookInstance', {}),
          call('10:30:00', 'sagemaker', 'DescribeNotebookInstanceLifecycleConfig', { notebookInstanceLifecycleConfigName: 'on-start' }),
        ],
      },
      silent: { title: 'Nobody said which hours', records: [notebook('03:00:00', 'StartNotebookInstance', {})] },
    },
    'notebook-url-from-outside': {
      found: {
        title: 'An administrator opens a notebook and, denied, a domain',
        records: [
          notebook('09:00:00', 'CreatePresignedNotebookInstanceUrl', {}),
          call('09:01:00', 'sagemaker', 'CreatePresignedDomainUrl', { domainId: 'd-1', userProfileName: 'dave' }, DENIED),
        ],
      },
      inside: {
        title: 'From a session, and by way of the NAT address',
        configuration: { scope: { natAddresses: ['198.51.100.7'] } },
        records: [
          notebook('10:30:00', 'CreatePresignedNotebookInstanceUrl', {}, FROM_SESSION),
          notebook('10:31:00', 'CreatePresignedNotebookInstanceUrl', {}, { sourceIPAddress: '198.51.100.7' }),
        ],
      },
    },
  };
}
