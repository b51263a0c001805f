import { l10n, type Disposable, type Memento } from 'vscode';
import { dayAndTime } from '../../place/local-time';
import { localTimeZone } from '../../system/time-zone';
import type { Clock } from '../../system/clock';
import { fitting, moment } from '../../system/shapes';
import { notify } from '../notify';

const key = 'regions.reminder';
/** Timers are renewed after this time: they cannot be longer than 24 days, and the computer may sleep. */
const longestTimer = 3_600_000;

/** One reminder of a low-carbon hour. It survives a restart of VS Code. No timer runs without a reminder. */
export class Reminder implements Disposable {
  private cancel: (() => void) | null = null;

  constructor(
    private readonly memory: Memento,
    private readonly clock: Clock,
    private readonly show: (text: string) => unknown = (text) => notify.information(text),
  ) {
    const kept = fitting(moment, memory.get(key));
    if (kept !== null) this.wait(kept);
  }

  /** @param time milliseconds since the epoch */
  async remindAt(time: number): Promise<void> {
    await this.memory.update(key, time);
    this.wait(time);
    notify.status(
      l10n.t(
        'Green ML will remind you {0}',
        dayAndTime(time, this.clock.wallMilliseconds(), localTimeZone() ?? 'UTC', l10n.t),
      ),
    );
  }

  dispose(): void {
    this.cancel?.();
  }

  private wait(time: number): void {
    this.cancel?.();
    const left = time - this.clock.wallMilliseconds();
    if (left <= 0) void this.remind(time);
    else this.cancel = this.clock.after(Math.min(left, longestTimer), () => this.wait(time));
  }

  private async remind(time: number): Promise<void> {
    this.cancel = null;
    await this.memory.update(key, undefined);
    const late = this.clock.wallMilliseconds() - time > longestTimer;
    this.show(
      late
        ? l10n.t(
            'The low-carbon hours for your job began while VS Code was closed. Run "Green ML: Best Time to Start" again.',
          )
        : l10n.t('The low-carbon hours for your job begin now.'),
    );
  }
}
