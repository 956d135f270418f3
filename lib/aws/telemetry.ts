/** Structured logs and metrics of a function. Names of objects are logged; what is in them never is. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import { AuditError } from '../errors.ts';
import { describeBug } from '../local/failure-text.ts';

/** Their dimension `service` is that of the environment; alarms are set on these names. */
export type MetricName =
  | 'InputsIngested'
  | 'InputsRejected'
  | 'InputsPartial'
  | 'RecordsMalformed'
  | 'SweepIncomplete'
  | 'InputsMissing'
  | 'SessionsVerified'
  | 'SessionsRefused'
  | 'SessionsUndecided';

export interface Telemetry {
  readonly info: (message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly warn: (message: string, details?: Readonly<Record<string, unknown>>) => void;
  /** What went wrong, in words that quote nothing of an input. */
  readonly failure: (error: unknown, details?: Readonly<Record<string, unknown>>) => void;
  readonly count: (name: MetricName, value: number) => void;
}

/** What an error says. That of a bug may quote what was being read: then it is only said which and where. */
export function describeError(error: unknown): string {
  return error instanceof AuditError ? error.message : `${describeBug(error)}; this is a bug in appstream-audit: please report it`;
}

/**
 * Makes a handler out of its work. Whatever the work throws is thrown on as a bare error in safe words, because Lambda
 * itself logs it.
 * @param kind the dimension `kind` of its metrics
 */
export function instrument<Event, Result>(
  kind: string,
  work: (event: Event, telemetry: Telemetry, remainingMs: () => number, requestId: string) => Promise<Result>,
) {
  const logger = new Logger();
  const metrics = new Metrics({ defaultDimensions: { kind } });
  const telemetry: Telemetry = {
    info: (message, details = {}) => logger.info(message, details),
    warn: (message, details = {}) => logger.warn(message, details),
    failure: (error, details = {}) => logger.error(describeError(error), details),
    count: (name, value) => metrics.addMetric(name, MetricUnit.Count, value),
  };
  return middy<Event, Result>()
    .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
    .handler(async (event, context) => {
      try {
        return await work(event, telemetry, () => context.getRemainingTimeInMillis(), context.awsRequestId);
      } catch (error) {
        telemetry.failure(error);
        throw new Error(describeError(error));
      } finally {
        // nothing to tell is nothing to warn of
        if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      }
    });
}
