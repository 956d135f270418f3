/** How clients of AWS are set up. Region, endpoint and credentials are those of the SDK's own settings. */

/** Throttling is waited out, with a rate that adapts to it, as long as an invocation reasonably can. */
export const CLIENT_OPTIONS = {
  retryMode: 'adaptive',
  maxAttempts: 8,
  requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
} as const;

/** A custom endpoint (a test server, an S3-compatible store) is addressed by path; a bucket of another region where it is. */
export function s3ClientOptions(environment: NodeJS.ProcessEnv = process.env) {
  const forcePathStyle = Boolean(environment['AWS_ENDPOINT_URL_S3'] ?? environment['AWS_ENDPOINT_URL']);
  return { ...CLIENT_OPTIONS, forcePathStyle, followRegionRedirects: true };
}

/** A custom endpoint is where its queues are, whatever name their URLs give them. */
export function sqsClientOptions(environment: NodeJS.ProcessEnv = process.env) {
  return { ...CLIENT_OPTIONS, useQueueUrlAsEndpoint: !(environment['AWS_ENDPOINT_URL_SQS'] ?? environment['AWS_ENDPOINT_URL']) };
}
