/** The loop of a correlation, by its definition. What it calls is tried on the local cloud. */
import { describe, expect, test } from '@jest/globals';
import { checkDeployment } from '../../infra/deployment-file.ts';
import { definition, stateMachineResources } from '../../infra/state-machine.ts';
import { suggestWait } from '../../lib/cloud/run-driver.ts';
import type { RunState } from '../../lib/cloud/run-state.ts';
import { fullDeployment } from './deployments.ts';

const deployment = checkDeployment(fullDeployment, 'x');
// biome-ignore lint/suspicious/noExplicitAny: the states language has no types of its own
const { States: states, ...machine } = definition(deployment) as any;

interface State {
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
}

describe('the state machine', () => {
  test('has no state that nothing leads to, and none that leads nowhere', () => {
    const nextOf = ({ Next, Default, Choices = [] }: State): string[] =>
      [Next, Default, ...Choices.map((choice) => choice.Next)].filter((next) => next !== undefined);
    const reached = new Set<string>([machine.StartAt]);
    for (const name of reached) for (const next of nextOf(states[name])) reached.add(next);
    expect([...reached].sort()).toEqual(Object.keys(states).sort());
    const ends = Object.keys(states).filter((name) => nextOf(states[name]).length === 0);
    expect(ends.map((name) => states[name].Type).sort()).toEqual(['Fail', 'Succeed']);
  });

  test('ends by itself after twelve hours, and tries again what failed', () => {
    expect(machine.TimeoutSeconds).toBe(12 * 3600);
    for (const name of ['Step', 'Alert']) {
      expect(states[name].Retry.map(({ MaxAttempts }: { MaxAttempts: number }) => MaxAttempts)).toEqual([8, 3]);
      expect(states[name].Retry[0].ErrorEquals).toContain('Lambda.TooManyRequestsException');
    }
  });

  test('hands every step the request as it came, and alerts only on what was published', () => {
    expect(states.Request.Parameters).toEqual({ 'request.$': '$' });
    expect(states.Step).toMatchObject({ InputPath: '$.request', ResultPath: '$.step' });
    const into = (target: string) => states.Progress.Choices.filter(({ Next }: { Next: string }) => Next === target);
    expect(into('Alert')).toEqual([{ Variable: '$.step.status', StringEquals: 'published', Next: 'Alert' }]);
    expect(states.Progress.Default).toBe('Failed');
  });

  test('names its functions by their ARNs, whatever the partition', () => {
    const text = JSON.stringify(stateMachineResources(deployment));
    expect(text).toContain('"Fn::GetAtt":["CorrelateLambdaFunction","Arn"]');
    expect(text).not.toContain('arn:aws:lambda');
  });

  test('stays below the 25,000 events of an execution, however much a run of twelve hours moves', () => {
    let looks = 0;
    for (let nowMs = 0; nowMs < 12 * 3_600_000; looks++) {
      const busy = { steps: {}, startedAtMs: 0, movedMs: nowMs } as unknown as RunState;
      // a look itself takes at least as long as a function does to answer
      nowMs += 1000 * suggestWait(busy, nowMs) + 500;
    }
    // entered, scheduled, started, succeeded, exited; choice and wait entered and exited; and room for tries
    expect(looks * 12).toBeLessThan(25_000);
  });
});
