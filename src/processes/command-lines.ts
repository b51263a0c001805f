import type { Clock } from '../system/clock';

/** Requests for command lines come in groups, so one list serves all requests within this time. */
const freshSeconds = 3;

/** Command lines of processes, for systems that can only list all of them at once. */
export class CommandLines {
  private listed: { readonly at: number; readonly lines: Promise<ReadonlyMap<number, readonly string[]>> } | null =
    null;

  constructor(
    private readonly clock: Pick<Clock, 'monotonicSeconds'>,
    private readonly list: () => Promise<ReadonlyMap<number, readonly string[]>>,
  ) {}

  async of(pid: number): Promise<readonly string[] | null> {
    const now = this.clock.monotonicSeconds();
    if (this.listed === null || now - this.listed.at > freshSeconds) this.listed = { at: now, lines: this.list() };
    return (await this.listed.lines).get(pid) ?? null;
  }
}
