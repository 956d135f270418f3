/** A notebook beside the fleets: made without care, given a script, opened from the office, trained from, and gone by night. */
import { administratorCall } from './administrator.ts';
import { BUCKETS, MAIN_ACCOUNT } from './cast.ts';
import type { Storyteller } from './storyteller.ts';

const NOTEBOOK = 'orion-sandbox';
const SAGEMAKER = 'sagemaker.amazonaws.com';

export function tellNotebooks(teller: Storyteller): void {
  const call = (t: number, name: string, parameters: Readonly<Record<string, unknown>>) =>
    administratorCall(teller, t, 'alice.admin', { service: SAGEMAKER, name }, parameters);
  const roleArn = `arn:aws:iam::${MAIN_ACCOUNT}:role/SageMakerResearch`;
  // what is not said is AWS's default: internet and root access
  call(teller.at(8, 51, 40), 'CreateNotebookInstance', { notebookInstanceName: NOTEBOOK, instanceType: 'ml.t3.xlarge', roleArn });
  call(teller.at(8, 58, 2), 'CreateNotebookInstanceLifecycleConfig', { notebookInstanceLifecycleConfigName: 'install-sync' });
  call(teller.at(9, 6, 17), 'CreatePresignedNotebookInstanceUrl', {
    notebookInstanceName: NOTEBOOK,
    sessionExpirationDurationInSeconds: 43_200,
  });
  call(teller.at(10, 20, 33), 'CreateTrainingJob', {
    trainingJobName: 'orion-forecast-1',
    roleArn,
    enableInterContainerTrafficEncryption: false,
    outputDataConfig: { s3OutputPath: `s3://${BUCKETS.research}/models/` },
    resourceConfig: { instanceCount: 2, instanceType: 'ml.m5.2xlarge', volumeSizeInGB: 100 },
  });
  call(teller.at(21, 40, 9), 'DeleteNotebookInstance', { notebookInstanceName: NOTEBOOK });
}
