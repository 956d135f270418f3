/** How clients of AWS are set up. Region, endpoint and credentials are those of the SDK's own settings. */

/** Throttling is waited out, with a rate that adapts to it, as long as an invocation reasonably can. */
export const CLIENT_OPTIONS = {
  retryMode: 'adaptive',
  maxAttempts: 8,
  requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
} as const;

/** A custom endpoint (a test server, an S3-compatible store) is addressed by path. */
export function s3ClientOptions(environment: NodeJS.ProcessEnv = process.env) {
  return { ...CLIENT_OPTIONS, forcePathStyle: Boolean(environment['AWS_ENDPOINT_URL_S3'] ?? environment['AWS_ENDPOINT_URL']) };
}
