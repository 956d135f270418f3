/** Lambda: VPC flow logs, named by messages of a queue → the lake. */
import { queueHandler } from '../lib/aws/queue-handler.ts';

export const handler = queueHandler('flow_log');
