/** Lambda, by the state machine: one step of a correlation. It starts statements or looks after them, and never waits for long. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { cloudPlace, cloudRunContext, correlationSteps } from '../lib/athena/correlate-function.ts';
import type { RunRequest } from '../lib/cloud/run-state.ts';
import type { StepAnswer } from '../lib/cloud/run-step.ts';

const logger = new Logger();
const metrics = new Metrics();
const place = cloudPlace(process.env);
const takeStep = correlationSteps(place, cloudRunContext(place), {
  metric: (name, value) => metrics.addMetric(name, MetricUnit.Count, value),
  log: (message, facts) => logger.info(message, { ...facts }),
});

export const handler = middy<RunRequest, StepAnswer>()
  .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
  .use(logMetrics(metrics))
  .handler((request) => takeStep(request));
