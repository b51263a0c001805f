import { Disposable, EventEmitter, window, workspace } from 'vscode';
import { attribute } from '../../power/attribution';
import type { Power } from '../../power/machine';
import type { Subscription } from '../../power/sampler';
import type { AmbientLog } from '../../runs/ambient-log';
import { dayKey } from '../../present/words';
import type { Clock } from '../../system/clock';
import { affectsSettings, Settings, trueOrFalse } from '../contributions/use-settings';

/** The machine between runs. */
export interface AmbientFigures {
  /** Mean power of the whole machine over the last reading, watts; null when unknown. */
  readonly watts: number | null;
  /** Energy measured today, joules; null until some is known. */
  readonly todayJoules: number | null;
  readonly modelled: boolean;
}

const readingMilliseconds = 10_000;

/** A shorter reading gives no useful mean power, in seconds: the first one, or one that a run cut short. */
const shortestSeconds = 2;

/** Measures the whole machine while the window has focus, if the setting is on; one reading every 10 s. */
export class Ambient implements Disposable {
  private readonly registrations: Disposable;
  private subscription: Promise<Subscription> | null = null;
  private figuresNow: AmbientFigures | null = null;
  private unsavedJoules = 0;
  private savedJoules: number | null = null;
  private day = '';
  private readonly changed = new EventEmitter<void>();

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly open: () => Promise<Power>,
    private readonly log: AmbientLog | null,
    private readonly failed: (error: unknown) => void,
    private readonly clock: Clock,
  ) {
    this.registrations = Disposable.from(
      window.onDidChangeWindowState(() => this.follow()),
      workspace.onDidChangeConfiguration((event) => {
        if (affectsSettings(event, 'meter.ambient')) this.follow();
      }),
    );
    this.follow();
  }

  /** Null while the setting is off or before the first reading of useful length. */
  get figures(): AmbientFigures | null {
    return this.figuresNow;
  }

  dispose(): void {
    this.registrations.dispose();
    this.pause();
    this.changed.dispose();
  }

  private follow(): void {
    const wanted = new Settings().read('meter.ambient', trueOrFalse);
    if (!wanted && this.figuresNow !== null) {
      this.figuresNow = null;
      this.changed.fire();
    }
    if (wanted && window.state.focused) this.begin();
    else this.pause();
  }

  private begin(): void {
    if (this.subscription !== null) return;
    this.subscription = this.subscribe();
    this.subscription.catch((error: unknown) => {
      this.subscription = null;
      this.failed(error);
    });
  }

  private pause(): void {
    if (this.subscription === null) return;
    this.subscription.then(
      (subscription) => subscription.end(),
      () => undefined,
    );
    this.subscription = null;
    this.save();
  }

  private async subscribe(): Promise<Subscription> {
    const power = await this.open();
    this.day = dayKey(new Date(this.clock.wallMilliseconds()));
    // Other windows may have added to it meanwhile.
    this.savedJoules = (await this.log?.total(this.day)) ?? this.savedJoules;
    return power.sampler.subscribe({
      tree: null,
      intervalMilliseconds: readingMilliseconds,
      onSample: (sample) => {
        const { machine } = attribute({ sample, usage: null, idle: power.idleLevels(), absent: power.absent });
        const modelled = power.sources.some(({ method }) => method !== 'counter' && method !== 'sensor');
        this.take(machine.total, sample.seconds, new Date(sample.at), modelled);
      },
    });
  }

  private take(joules: number | null, seconds: number, at: Date, modelled: boolean): void {
    if (dayKey(at) !== this.day) {
      this.save();
      this.day = dayKey(at);
      this.savedJoules = null;
    }
    this.unsavedJoules += joules ?? 0;
    const short = seconds < shortestSeconds;
    if (short && this.figuresNow === null) return;
    const watts = short ? (this.figuresNow?.watts ?? null) : joules === null ? null : joules / seconds;
    const today = (this.savedJoules ?? 0) + this.unsavedJoules;
    this.figuresNow = { watts, todayJoules: today > 0 ? today : null, modelled };
    this.changed.fire();
  }

  private save(): void {
    const joules = this.unsavedJoules;
    if (joules === 0) return;
    this.unsavedJoules = 0;
    this.savedJoules = (this.savedJoules ?? 0) + joules;
    this.log?.add(this.day, joules).catch((error: unknown) => this.failed(error));
  }
}
