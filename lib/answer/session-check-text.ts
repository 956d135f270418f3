/** The answer to a claimed session, for people. */
import type { OneCheck, SessionCheck } from '../../schemas/session-check.ts';
import { printable } from './cell.ts';

const MARKS: Readonly<Record<OneCheck['result'], string>> = { passed: 'passed ', failed: 'FAILED ', unknown: 'unknown' };

/** Every check in a line of its own, the verdict first. */
export function sessionCheckText(check: SessionCheck, bold: (text: string) => string): string {
  const { claims, session, onAddress, searched } = check;
  const width = Math.max(...check.checks.map((each) => each.check.length));
  const lines = [
    bold(`${check.verdict} (${check.reason})`),
    `  claimed: session ${shown(claims.sessionId)} of ${shown(claims.userId)}`,
    session === null
      ? '  AppStream lists no session of that id'
      : `  AppStream: of ${printable(session.userId)} (${printable(session.authenticationType)}), ${shown(session.stack)}/${shown(session.fleet)}, ${shown(session.state)}`,
    '',
    ...check.checks.map(
      (each) =>
        `  ${MARKS[each.result]}  ${each.check.padEnd(width)}  expected ${printable(each.expected)}; found ${printable(each.found)}${each.essential ? '' : ' (not essential)'}`,
    ),
    '',
    ...(onAddress.sessionIds.length === 0
      ? []
      : [`  on that address: ${onAddress.sessionIds.map(printable).join(', ')} of ${onAddress.userIds.map(printable).join(', ')}`]),
    `  ${searched.questions} questions about ${searched.scope === 'all' ? 'every stack and fleet' : 'the claimed stack and fleet'}${searched.complete ? '' : ', not all of them answered'}`,
    ...searched.problems.map((problem) => `  not answered: ${printable(problem)}`),
    `  check ${check.checkId}, ${check.checkedAt}`,
  ];
  return `${lines.join('\n')}\n`;
}

function shown(text: string | null): string {
  return text === null ? '(not said)' : printable(text);
}
