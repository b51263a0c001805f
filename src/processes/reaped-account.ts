/**
 * Prevents counting CPU time twice: time that was counted while a process was alive appears again in the reaped time of
 * the ancestor that waits for it. A snapshot is not atomic: the ancestor may have been read before it waited, so a
 * credit is valid for this snapshot and the next. Older credits were never claimed (an ignored SIGCHLD, an orphan) and
 * are dropped.
 */
export class ReapedAccount {
  private older = 0;
  private newer = 0;

  constructor(private reaped: number) {}

  expect(seconds: number): void {
    this.newer += seconds;
  }

  get outstanding(): number {
    return this.older + this.newer;
  }

  /** Updates the reaped time, in seconds, and returns the part of it that no snapshot has shown before. */
  growTo(reaped: number): number {
    let growth = Math.max(0, reaped - this.reaped);
    this.reaped = Math.max(this.reaped, reaped);
    const fromOlder = Math.min(growth, this.older);
    growth -= fromOlder;
    const fromNewer = Math.min(growth, this.newer);
    growth -= fromNewer;
    this.older = this.newer - fromNewer;
    this.newer = 0;
    return growth;
  }
}
