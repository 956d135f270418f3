/** How a process ends (design §7). When several apply, the order is 130, 2, 1, 4, 3. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  /** Findings at or above `--fail-on`; a session that `verify-session` refused; evidence that `verify-logs` contradicts. */
  findings: 3,
  /** Done, but some input was rejected, cut short or could not be read; a session that could not be decided. */
  rejected: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
