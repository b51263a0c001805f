import type { MachineSample } from '../../power/sample';
import type { Sampler } from '../../power/sampler';
import type { TreeUsage } from '../../processes/tree';
import { pause, type Clock } from '../../system/clock';
import { joulesToWattHours } from '../../units/convert';
import { formatEnergy } from '../../present/words';
import { scopeSetting } from '../settings/scope';
import type { RunTotals } from '../totals';

/**
 * Detects work that a command has handed to a service, from the load of the machine: a container's daemon, a
 * scheduler or a server computes, and the command only waits. Unrelated work on the machine looks the same, except
 * that it neither begins nor ends with the run. So all of these must hold:
 *
 * - the run lasted two seconds or more, and used less than a twentieth of the CPU time of processes outside all
 *   measured runs in that time, or less than a fifth if that is no more than an interpreter needs to start (half a
 *   second);
 * - these kept a quarter of a core or more busy, on average, in the first and in the last tenth of the run; two
 *   seconds count as the first tenth of a short run, since a client needs a while to start and send its request;
 * - right after its end they do less than a third of their work in the last tenth;
 * - right before it they did less than a third of their work in the first tenth, if that was measured.
 *
 * In a simulation of machines with other work now and then (bursts of 1 to 60 s, pauses of 2 to 120 s, 0.3 to 8
 * cores), 0.7 % of 4000 commands that only slept for 2 to 60 s were taken for clients, and 3 % without a measurement
 * before. Of 4000 clients of a service that began 0 to 1.2 s after them, with up to 0.1 cores of other work, 97 % were
 * recognised.
 */
const leastSeconds = 2;
const ownShare = 0.05;
const startShare = 0.2;
const startCpuSeconds = 0.5;
const leastCores = 0.25;
const restShare = 1 / 3;
/** The first and the last part, as a share of the run; a client takes a moment to start and send its request. */
const edge = 0.1;
const startSeconds = 2;

/** How long the machine is measured after such a run. A service needs a moment to notice that its client has gone. */
export const settleMilliseconds = 100;
export const afterEndMilliseconds = 300;

/** More parts are merged in pairs: even a run of days needs no more. */
const partsKept = 2000;

/** CPU time of processes outside all measured runs in one period. */
interface OthersPart {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** What processes outside all runs did in an interval; null if unknown. */
export function othersIn({ load, usages, seconds, gap }: MachineSample): OthersPart | null {
  if (load === null || gap !== null || seconds <= 0) return null;
  const counted = new Set<number>();
  let ofRuns = 0;
  for (const { cpuSeconds, pids } of [...usages].sort((a, b) => b.cpuSeconds - a.cpuSeconds)) {
    // Runs inside runs share processes.
    if (pids.some((pid) => counted.has(pid))) continue;
    for (const pid of pids) counted.add(pid);
    ofRuns += cpuSeconds;
  }
  return { seconds, cpuSeconds: Math.max(0, load.busyCpuSeconds - ofRuns) };
}

/** Follows what other processes do during one run. */
export class DaemonWork {
  private parts: OthersPart[] = [];
  private own = 0;
  private hasProcess = false;

  /** @param before cores that other processes kept busy right before the run; null if unknown */
  constructor(private readonly before: number | null) {}

  /** Only while the run has processes: a debugger that starts and ends with it is not a service. */
  take(sample: MachineSample, usage: TreeUsage | null): void {
    const hadProcess = this.hasProcess;
    this.hasProcess = usage !== null && usage.processes > 0;
    if (usage === null || !(hadProcess || this.hasProcess)) return;
    this.own += usage.cpuSeconds;
    const part = othersIn(sample);
    if (part === null) return;
    this.parts.push(part);
    if (this.parts.length > 2 * partsKept)
      this.parts = this.parts.flatMap((each, index, all) => (index % 2 === 1 ? [] : [joined(each, all[index + 1])]));
  }

  /** Whether it looks like a client of a service, from the run itself; the time after it decides. */
  mayBeClient(): boolean {
    const { seconds, cpuSeconds } = this.parts.reduce(joined, { seconds: 0, cpuSeconds: 0 });
    if (
      seconds < leastSeconds ||
      cpuSeconds / seconds < leastCores ||
      this.own > Math.max(ownShare * cpuSeconds, Math.min(startCpuSeconds, startShare * cpuSeconds))
    )
      return false;
    const [first, last] = [this.coresAt('start', seconds), this.coresAt('end', seconds)];
    return first >= leastCores && last >= leastCores && (this.before === null || this.before < restShare * first);
  }

  /** @param after what other processes did right after the run; null if unknown */
  isClient(after: OthersPart | null): boolean {
    if (after === null || after.seconds <= 0 || !this.mayBeClient()) return false;
    const { seconds } = this.parts.reduce(joined, { seconds: 0, cpuSeconds: 0 });
    return after.cpuSeconds / after.seconds < restShare * this.coresAt('end', seconds);
  }

  /** Cores that other processes kept busy in the first or the last part. */
  private coresAt(where: 'start' | 'end', seconds: number): number {
    let left = where === 'start' ? Math.max(Math.min(startSeconds, seconds / 2), edge * seconds) : edge * seconds;
    let [used, time] = [0, 0];
    for (const part of where === 'start' ? this.parts : [...this.parts].reverse()) {
      const taken = Math.min(left, part.seconds);
      used += (part.cpuSeconds * taken) / part.seconds;
      time += taken;
      left -= taken;
      if (left <= 0) break;
    }
    return time > 0 ? used / time : 0;
  }
}

function joined(a: OthersPart, b: OthersPart | undefined): OthersPart {
  return { seconds: a.seconds + (b?.seconds ?? 0), cpuSeconds: a.cpuSeconds + (b?.cpuSeconds ?? 0) };
}

/** The note for a run whose work other processes seem to have done; null if its energy is not known. */
export function daemonNote({ run, machine }: Pick<RunTotals, 'run' | 'machine'>): string | null {
  if (run.total === null || machine.total === null) return null;
  const [own, all] = [formatEnergy(joulesToWattHours(run.total)), formatEnergy(joulesToWattHours(machine.total))];
  return `This run used ${own} of the ${all} of the machine. Other processes were busy for exactly as long as it ran. If a container or a service does its work, count the whole machine with --scope machine, or with the setting ${scopeSetting} in the editor.`;
}

/** What other processes do after a run has ended; null if unknown. */
export async function measureAfterEnd(sampler: Sampler, clock: Pick<Clock, 'after'>): Promise<OthersPart | null> {
  const parts: (OthersPart | null)[] = [];
  await pause(clock, settleMilliseconds);
  const subscription = await sampler.subscribe({
    tree: null,
    intervalMilliseconds: 10 * afterEndMilliseconds,
    onSample: (sample) => void parts.push(othersIn(sample)),
  });
  await pause(clock, afterEndMilliseconds);
  await sampler.sampleNow();
  subscription.end();
  const known = parts.filter((part) => part !== null);
  return known.length === 0 || known.length < parts.length ? null : known.reduce((a, b) => joined(a, b));
}
