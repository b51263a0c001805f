import type { Estimate } from '../../units/estimate';
import { pause, type Clock } from '../../system/clock';
import type { HttpForms } from '../../system/http';
import type { Attribution } from '../attribution';
import { attributeCluster } from './attribute-cluster';
import { longMilliseconds, PrometheusClient, type Problem, type Series, type Server } from './client';
import { addUp, bandOf, energyOfWindow } from './cluster-energy';
import { ClusterSampler, type DescribedPart } from './cluster-sampler';
import { devicesIn, mostWattsOf, type Window } from './devices';
import type { Device } from './one-device';
import { fallenQuery, figureLabel, lastSampleQuery, powerQuery, windowQuery, type ChosenPart } from './queries';
import { scrapeSecondsIn, setUp, whyNothingFits, type ClusterSetup, type ClusterSource } from './setup';
import { partOfDevice, shortened } from './short-run';
import { summaryOf } from './summary';
import type { Power } from '../machine';
import type { SourceDescription } from '../source';
import type { ClusterResult } from './result';

export interface ClusterOptions {
  readonly server: Server;
  readonly sources: readonly ClusterSource[];
  readonly http: HttpForms;
  readonly clock: Clock;
  /** CPU seconds that this process has used so far. */
  readonly ownCpuSeconds: () => number;
  /** Called with a sentence while people wait for the server. */
  readonly onWait?: (sentence: string) => void;
  /** Ends the wait for the server after the end of a run. Its reason is a sentence. */
  readonly stop?: AbortSignal;
}

/** More steps than this say nothing new of a long run, and cost the server much: the means of gauges contain all samples. */
const mostSteps = 300;
/** A chart is a few hundred pixels wide. */
const mostIntervals = 240;
/** Scrapes are a little late at times. */
const jitter = 1.2;
/** Shorter runs than so many scrapes are measured within a longer time. */
const fewScrapes = 4;
/** How long a server that is down may stay so at the end of a run. */
const patienceSeconds = 120;
const retrySeconds = 3;
/** Who waits for longer wants to know what for. */
const soonMilliseconds = 5000;
/** Scrapes come late when a server is busy. */
const lateSeconds = 5;

/** One interval of a run that is over. */
interface HistoryInterval extends Pick<Attribution, 'run' | 'machine'> {
  /** The end, wall-clock milliseconds. */
  readonly at: number;
  readonly seconds: number;
  readonly processes: number;
  readonly gaps: readonly never[];
}

/** What a `Power` says of this machine where a cluster computes. */
export const noMachine: Pick<Power, 'availability' | 'absent' | 'processes' | 'idleLevels' | 'findIdle' | 'prove'> = {
  availability: [],
  absent: new Set(),
  processes: {
    snapshot: () => Promise.resolve({ processes: new Map() }),
    commandLine: () => Promise.resolve(null),
  },
  idleLevels: () => new Map(),
  findIdle: () => Promise.resolve(null),
  prove: () => Promise.resolve(),
};

/** The energy of a cluster's devices, from a Prometheus server. */
export class ClusterMeter {
  private clockAhead: number;
  private scrapeSeconds: number;

  private constructor(
    private readonly client: PrometheusClient,
    private readonly options: ClusterOptions,
    readonly setup: ClusterSetup,
  ) {
    this.clockAhead = setup.clockAhead;
    this.scrapeSeconds = setup.scrapeSeconds;
  }

  /**
   * @param past the window of a run that is over, wall-clock milliseconds; null for a run that is about to start
   */
  static async open(
    options: ClusterOptions,
    past: { readonly from: number; readonly to: number } | null = null,
  ): Promise<ClusterMeter | Problem> {
    const client = PrometheusClient.open(options.server, options.http, options.clock, options.stop);
    if ('kind' in client) return client;
    const window = past === null ? null : { from: past.from / 1000, to: past.to / 1000 };
    const { clock, onWait } = options;
    const patience = `waiting for an answer of ${client.shownUrl}, for ${longMilliseconds / 60_000} minutes at most.`;
    const cancel = clock.after(soonMilliseconds, () => onWait?.(patience));
    const setup = await setUp(client, options.sources, window);
    cancel();
    return setup.kind === 'problem' ? setup : new ClusterMeter(client, options, setup);
  }

  /** For a `Meter`, as if the devices were this machine. */
  power(): Power {
    const described = this.described();
    const sampler = new ClusterSampler({
      client: this.client,
      clock: this.options.clock,
      parts: described,
      scrapeSeconds: this.setup.scrapeSeconds,
      ownCpuSeconds: this.options.ownCpuSeconds,
      onClock: (ahead) => {
        this.clockAhead = ahead;
      },
    });
    return {
      sources: sourcesOf(described),
      ...noMachine,
      missing: this.setup.missing,
      notes: [boundaryNote(this.setup)],
      sampler,
      attribute: (sample) => attributeCluster(sample, described),
      settle: (from, to) => this.settle(from, to),
      dispose: () => sampler.dispose(),
    };
  }

  /**
   * The exact energy between two moments, wall-clock milliseconds of ours. Waits for the last scrapes of the time, and for
   * a server that is down, for some minutes at most.
   *
   * @param isPast whether these are moments on the server's clock, of a run that is over
   */
  async settle(fromMilliseconds: number, toMilliseconds: number, isPast = false): Promise<ClusterResult | Problem> {
    const result = await this.exact(fromMilliseconds, toMilliseconds, isPast);
    const { stop } = this.options;
    return result.kind === 'problem' && stop?.aborted === true
      ? { kind: 'problem', sentence: String(stop.reason), mayPass: false }
      : result;
  }

  private async exact(
    fromMilliseconds: number,
    toMilliseconds: number,
    isPast: boolean,
  ): Promise<ClusterResult | Problem> {
    const { setup } = this;
    // Each moment with the difference of the clocks at that time: ours may have been set in between.
    const from = fromMilliseconds / 1000 + (isPast ? 0 : setup.clockAhead);
    const to = Math.max(from + 0.001, toMilliseconds / 1000 + (isPast ? 0 : this.clockAhead));
    await this.learnInterval(to);
    const { scrapeSeconds } = this;
    const isShort = to - from < fewScrapes * scrapeSeconds;
    const margin = isShort ? scrapeSeconds : 0;
    if (!isPast) await this.waitForScrapes(to + margin);
    const window = windowOf(from - margin, to + margin, scrapeSeconds);
    const { parts } = setup;
    const answer = await this.persist(() => this.client.query(windowQuery(parts, window), window.to, longMilliseconds));
    if (answer.kind === 'problem') return answer;
    const first = devicesIn(answer.series, parts, window);
    const { devices, server } = first.devices.some(({ resets }) => resets > 0)
      ? devicesIn([...answer.series, ...(await this.fallenSeries(window))], parts, window)
      : first;
    if (devices.length === 0) {
      const why = await whyNothingFits(this.client, setup.sources, parts, window.to);
      return { kind: 'problem', sentence: why, mayPass: false };
    }
    const whole = energyOfWindow(devices, parts, server, window);
    const part = (to - from) / window.windowSeconds;
    const inRun = isShort ? devices.map((device) => partOfDevice(device, part)) : devices;
    const described = this.described(devices);
    return {
      kind: 'result',
      seconds: to - from,
      energy: isShort ? shortened(whole, part) : whole,
      summary: summaryOf(inRun, to - from),
      sources: sourcesOf(described),
      scrapeSeconds,
      notes: [...(isShort ? [shortNote(scrapeSeconds)] : []), ...warningNotes(answer.warnings)],
    };
  }

  /** Counters seldom fall: only then it is asked how. Nothing if the server does not tell. */
  private async fallenSeries(window: Window): Promise<readonly Series[]> {
    const answer = await this.client.query(fallenQuery(this.setup.parts, window), window.to, longMilliseconds);
    return answer.kind === 'problem' ? [] : answer.series;
  }

  /**
   * The power between two moments of the server's clock, milliseconds, as intervals for a chart. One interval without any
   * figures if the server does not tell: the time is known nevertheless.
   */
  async history(fromMilliseconds: number, toMilliseconds: number): Promise<readonly HistoryInterval[]> {
    const { parts } = this.setup;
    const [from, to] = [fromMilliseconds / 1000, toMilliseconds / 1000];
    const most = Math.max(1, Math.min(mostIntervals, Math.floor((to - from) / this.scrapeSeconds)));
    const rateSeconds = Math.max(4 * this.scrapeSeconds, (to - from) / most);
    const answer = await this.client.queryRange(
      powerQuery(parts, rateSeconds, 2 * this.scrapeSeconds),
      from + (to - from) / most,
      to,
      (to - from) / most,
    );
    const [count, series] = answer.kind === 'problem' ? [1, []] : [most, answer.series];
    const step = (to - from) / count;
    const watts = new Map<string, number>(
      series.flatMap(({ labels, values }) =>
        values.map(([at, value]) => [`${labels[figureLabel] ?? ''} ${Math.round((at - from) / step)}`, value] as const),
      ),
    );
    const isWorkloads = this.setup.of === 'workloads';
    return Array.from({ length: count }, (_, index) => {
      const known = parts.flatMap((part, number): [ChosenPart, Estimate][] => {
        const power = watts.get(`watts ${number} ${index + 1}`);
        const devices = watts.get(`devices ${number} ${index + 1}`) ?? 0;
        if (power === undefined || power < 0 || power * part.factor > devices * mostWattsOf(part)) return [];
        const [value, band] = [power * part.factor * step, bandOf(part)];
        return [[part, { value, low: value * band.low, high: value * band.high }]];
      });
      return {
        at: Math.round(fromMilliseconds + (index + 1) * step * 1000),
        seconds: step,
        ...addUp(known, isWorkloads),
        processes: 0,
        gaps: [],
      };
    });
  }

  /** @param devices what was found; null before the end */
  private described(devices: readonly Device[] | null = null): readonly DescribedPart[] {
    return this.setup.parts.map((part, index) => ({
      part,
      source: {
        component: part.component,
        method: part.kind === 'counter' ? 'counter' : 'sensor',
        name: `prometheus:${index}`,
        label: `${part.exporter}, from Prometheus${devices === null ? '' : countOf(devices.filter((device) => device.part === index))}`,
        band: bandOf(part),
      },
    }));
  }

  /** Asks again while the server is down. */
  private async persist<T extends { readonly kind: string }>(ask: () => Promise<T | Problem>): Promise<T | Problem> {
    const { clock, onWait, stop } = this.options;
    const until = clock.monotonicSeconds() + patienceSeconds;
    for (let isFirst = true; ; isFirst = false) {
      const answer = await ask();
      if (!isProblem(answer) || !answer.mayPass || stop?.aborted === true || clock.monotonicSeconds() >= until)
        return answer;
      if (isFirst) onWait?.(`${answer.sentence} Trying for ${patienceSeconds / 60} minutes.`);
      await pause(clock, retrySeconds * 1000, stop);
    }
  }

  /** A server or an exporter that has just started shows only now how often it scrapes. */
  private async learnInterval(at: number): Promise<void> {
    const answer = await this.persist(() => this.client.query(lastSampleQuery(this.setup.parts), at));
    const learned = answer.kind === 'problem' ? null : scrapeSecondsIn(answer.series);
    if (learned !== null) this.scrapeSeconds = Math.min(this.scrapeSeconds, learned);
  }

  /** The samples until a moment of the server's clock are there after the next scrape. */
  private async waitForScrapes(until: number): Promise<void> {
    const { clock, onWait, stop } = this.options;
    const { scrapeSeconds } = this;
    const { parts } = this.setup;
    const last = clock.monotonicSeconds() + 2 * scrapeSeconds + lateSeconds;
    for (let isFirst = true; clock.monotonicSeconds() < last; isFirst = false) {
      const answer = await this.client.query(lastSampleQuery(parts), null);
      if (answer.kind === 'problem') return;
      const times = answer.series.flatMap(({ labels, value }) =>
        (labels[figureLabel] ?? '').startsWith('last') && value !== null ? [value] : [],
      );
      // What ends with the run, such as a pod, has no more samples.
      if (times.length === 0 || Math.min(...times) >= until) return;
      if (isFirst) onWait?.(`waiting for the last scrape of Prometheus, ${scrapeSeconds} s apart.`);
      await pause(clock, 1000, stop);
    }
  }
}

function isProblem(answer: { readonly kind: string }): answer is Problem {
  return answer.kind === 'problem';
}

function windowOf(from: number, to: number, scrapeSeconds: number): Window {
  const windowSeconds = to - from;
  const stepSeconds = Math.max(scrapeSeconds, Math.ceil(windowSeconds / mostSteps));
  return { from, to, windowSeconds, stepSeconds, freshSeconds: Math.max(jitter * scrapeSeconds, stepSeconds) };
}

/** ": 64 devices on 8 nodes" */
function countOf(devices: readonly Device[]): string {
  const nodes = new Set(devices.map(({ node }) => node)).size;
  return `: ${devices.length} ${devices.length === 1 ? 'device' : 'devices'} on ${nodes} ${nodes === 1 ? 'node' : 'nodes'}`;
}

/** Idle parts are not sources of their own. */
function sourcesOf(described: readonly DescribedPart[]): readonly SourceDescription[] {
  return described.filter(({ part }) => !part.isIdle).map(({ source }) => source);
}

/** What the energy contains. */
function boundaryNote({ of, parts }: ClusterSetup): string {
  const exportersOf = (kind: ChosenPart['of']): string =>
    [...new Set(parts.filter((part) => part.of === kind).map(({ exporter }) => exporter))].join(' and ');
  const devices = exportersOf('devices');
  if (of === 'devices')
    return `The energy is that of the whole devices that the selector names, idle power included, as ${devices} gave it to Prometheus.`;
  const share = `The energy is the share of the selected workloads, as ${exportersOf('workloads')} attributed it`;
  return devices === ''
    ? `${share}.`
    : `${share}, and that of the whole GPUs that are selected, idle power included, as ${devices} gave it to Prometheus.`;
}

function shortNote(scrapeSeconds: number): string {
  return `The run was shorter than four scrapes, which are ${scrapeSeconds} s apart: its energy is its part of a longer time, and the range contains all of that.`;
}

/** Servers that ask others, such as Thanos, answer also if some of them did not. */
function warningNotes(warnings: readonly string[]): readonly string[] {
  const [first] = warnings;
  return first === undefined ? [] : [`Prometheus warns about its answer, so that energy may be missing: ${first}`];
}
