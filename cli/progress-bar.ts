/** One line on a terminal that says how far a command is. */
import type { Output } from './io.ts';

const WIDTH = 24;
const EVERY_MS = 100;

export class ProgressBar {
  private readonly label: string;
  private readonly output: Output | null;
  private readonly nowMs: () => number;
  private drawnAt = Number.NEGATIVE_INFINITY;
  private line = '';

  /** @param output null: never draws */
  constructor(label: string, output: Output | null, nowMs: () => number) {
    this.label = label;
    this.output = output;
    this.nowMs = nowMs;
  }

  /**
   * @param share of the work done, 0 to 1; null when it is not known
   * @param note what is being done: `12/40 files, 1.2 GB`
   */
  update(share: number | null, note: string): void {
    const bounded = share === null ? null : Math.min(1, Math.max(0, share));
    const filled = bounded === null ? 0 : Math.round(bounded * WIDTH);
    const bar =
      bounded === null ? '' : ` [${'='.repeat(filled)}${' '.repeat(WIDTH - filled)}] ${String(Math.floor(bounded * 100)).padStart(3)} %`;
    this.line = `${this.label}${bar} ${note}`;
    const now = this.nowMs();
    if (now - this.drawnAt < EVERY_MS) return;
    this.drawnAt = now;
    this.redraw();
  }

  redraw(): void {
    if (this.output === null || this.line === '') return;
    const columns = this.output.columns ?? 80;
    this.output.write(`\r\x1b[2K${this.line.slice(0, columns - 1)}`);
  }

  clear(): void {
    if (this.output !== null && this.line !== '') this.output.write('\r\x1b[2K');
  }

  /** Takes the line away for good. */
  end(): void {
    this.clear();
    this.line = '';
  }
}
