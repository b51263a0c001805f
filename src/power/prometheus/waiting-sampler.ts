import type { Clock } from '../../system/clock';
import type { MachineSample } from '../sample';
import type { Sampler, Subscriber, Subscription } from '../sampler';

interface WaitingOptions {
  readonly clock: Clock;
  /** The sampler to follow; null if there will be none. */
  readonly answered: Promise<Sampler | null>;
  /** CPU seconds that this process has used so far. */
  readonly ownCpuSeconds: () => number;
}

/** Samples nothing but time until a server has answered, so that a run need not wait for it; then follows its sampler. */
export class WaitingSampler implements Sampler {
  private subscriber: Subscriber | null = null;
  private following: Sampler | null = null;
  /** Monotonic seconds. */
  private since = 0;
  private cancelTimer: (() => void) | null = null;

  constructor(private readonly options: WaitingOptions) {}

  get active(): boolean {
    return this.subscriber !== null;
  }

  // oxlint-disable-next-line typescript/require-await -- it must not wait
  async subscribe(subscriber: Subscriber): Promise<Subscription> {
    if (this.subscriber !== null) throw new Error('a cluster is sampled for one run');
    const { clock, ownCpuSeconds, answered } = this.options;
    const costBefore = ownCpuSeconds();
    this.subscriber = subscriber;
    this.since = clock.monotonicSeconds();
    this.schedule(subscriber);
    void answered.then((sampler) => this.follow(sampler)).catch(() => undefined);
    return { meterCpuSeconds: () => ownCpuSeconds() - costBefore, end: () => this.dispose() };
  }

  async sampleNow(): Promise<void> {
    if (this.following === null) this.pass();
    else await this.following.sampleNow();
  }

  dispose(): void {
    this.subscriber = null;
    this.cancelTimer?.();
    this.following?.dispose();
  }

  private async follow(sampler: Sampler | null): Promise<void> {
    const { subscriber } = this;
    if (sampler === null || subscriber === null) return;
    // Time passes until the first answer, which is the baseline.
    await sampler.subscribe(subscriber);
    if (this.active) {
      this.pass();
      this.cancelTimer?.();
      this.following = sampler;
    } else sampler.dispose();
  }

  /** One interval of which nothing is known. */
  private pass(): void {
    const { clock } = this.options;
    const [from, at] = [this.since, clock.monotonicSeconds()];
    this.since = at;
    const sample: MachineSample = {
      at: clock.wallMilliseconds(),
      seconds: at - from,
      readings: [],
      load: null,
      gap: null,
      usages: [],
    };
    if (at > from) this.subscriber?.onSample(sample, null);
  }

  private schedule(subscriber: Subscriber): void {
    this.cancelTimer = this.options.clock.after(subscriber.intervalMilliseconds, () => {
      this.schedule(subscriber);
      this.pass();
    });
  }
}
