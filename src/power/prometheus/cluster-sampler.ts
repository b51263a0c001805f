import type { Clock } from '../../system/clock';
import type { MachineSample } from '../sample';
import type { Sampler, Subscriber, Subscription } from '../sampler';
import type { EnergyOutcome, Outcome, SourceDescription, SourceReading } from '../source';
import type { PrometheusClient } from './client';
import { bandOf } from './cluster-energy';
import { mostWattsOf } from './devices';
import { figureLabel, powerQuery, type ChosenPart } from './queries';

/** A part and how its source is described. */
export interface DescribedPart {
  readonly part: ChosenPart;
  readonly source: SourceDescription;
}

interface SamplerOptions {
  readonly client: PrometheusClient;
  readonly clock: Clock;
  readonly parts: readonly DescribedPart[];
  readonly scrapeSeconds: number;
  /** CPU seconds that this process has used so far. */
  readonly ownCpuSeconds: () => number;
  /** What the server's answers say of its clock: seconds ahead of ours. */
  readonly onClock: (ahead: number) => void;
}

/** A rate needs two samples: four scrapes contain two also where one fails. */
const scrapesOfARate = 4;
/** A question less often than this would leave the live line behind. */
const longestTickMilliseconds = 30_000;

/** For a run of one process: samples the power of a cluster's devices, as the server knows it. */
export class ClusterSampler implements Sampler {
  private subscriber: Subscriber | null = null;
  private queue: Promise<void> = Promise.resolve();
  private previous: { readonly at: number; readonly watts: ReadonlyMap<number, number> } | null = null;
  private cancelTimer: (() => void) | null = null;

  constructor(private readonly options: SamplerOptions) {}

  get active(): boolean {
    return this.subscriber !== null;
  }

  async subscribe(subscriber: Subscriber): Promise<Subscription> {
    if (this.subscriber !== null) throw new Error('a cluster is sampled for one run');
    const costBefore = this.options.ownCpuSeconds();
    this.subscriber = subscriber;
    await this.sampleNow();
    return {
      meterCpuSeconds: () => this.options.ownCpuSeconds() - costBefore,
      end: () => this.dispose(),
    };
  }

  sampleNow(): Promise<void> {
    const tick = this.queue.then(() => this.tick());
    this.queue = tick.catch(() => undefined);
    return tick;
  }

  dispose(): void {
    this.subscriber = null;
    this.cancelTimer?.();
    this.cancelTimer = null;
  }

  private async tick(): Promise<void> {
    const { subscriber, previous } = this;
    if (subscriber === null) return;
    const { client, clock, parts, scrapeSeconds, onClock } = this.options;
    this.cancelTimer?.();
    const query = powerQuery(
      parts.map(({ part }) => part),
      scrapesOfARate * scrapeSeconds,
      2 * scrapeSeconds,
    );
    const answer = await client.query(query, null);
    const at = clock.monotonicSeconds();
    const figures = new Map(
      answer.kind === 'problem' ? [] : answer.series.map(({ labels, value }) => [labels[figureLabel] ?? '', value]),
    );
    if (answer.kind === 'answer' && answer.series.length > 0) onClock(answer.clockAhead);
    const watts = new Map(
      parts.flatMap(({ part }, index) => {
        const value = figures.get(`watts ${index}`) ?? null;
        const most = mostWattsOf(part) * (figures.get(`devices ${index}`) ?? 0);
        return value === null || value * part.factor > most ? [] : [[index, value * part.factor] as const];
      }),
    );
    this.previous = { at, watts };
    this.schedule(subscriber);
    if (previous === null || this.subscriber !== subscriber) return;
    const seconds = at - previous.at;
    const why = answer.kind === 'problem' ? (answer.sentence.split(';', 1)[0] ?? '') : null;
    const readings = parts.map(
      ({ part, source }, index): SourceReading => ({
        source,
        outcome: outcomeOf(part, seconds, previous.watts.get(index), watts.get(index), {
          why,
          isImpossible: figures.has(`watts ${index}`) && !watts.has(index),
        }),
        users: null,
      }),
    );
    const sample: MachineSample = {
      at: clock.wallMilliseconds(),
      seconds,
      readings,
      load: null,
      gap: null,
      usages: [],
    };
    subscriber.onSample(sample, null);
  }

  private schedule({ intervalMilliseconds }: Subscriber): void {
    if (this.subscriber === null) return;
    this.cancelTimer = this.options.clock.after(
      Math.min(longestTickMilliseconds, intervalMilliseconds),
      () => void this.sampleNow(),
    );
  }
}

/** Between two answers power is interpolated; the limits reach from the lower to the higher one. */
function outcomeOf(
  part: ChosenPart,
  seconds: number,
  before: number | undefined,
  now: number | undefined,
  { why, isImpossible }: { readonly why: string | null; readonly isImpossible: boolean },
): Outcome {
  if (isImpossible)
    return { kind: 'gap', reason: `${part.exporter} gives figures that are not possible`, atMostJoules: null };
  if (now === undefined || !(now >= 0))
    return why === null
      ? // The server answers, so nothing that is selected runs: no energy is lost.
        { kind: 'gap', reason: 'no series fit the selector yet, or any more', atMostJoules: 0 }
      : { kind: 'gap', reason: why, atMostJoules: before === undefined ? null : 2 * before * seconds };
  const from = before ?? now;
  const band = bandOf(part);
  const energy: EnergyOutcome = {
    kind: 'energy',
    joules: ((from + now) / 2) * seconds,
    low: Math.min(from, now) * seconds * band.low,
    high: Math.max(from, now) * seconds * band.high,
    idleJoules: null,
  };
  return energy;
}
