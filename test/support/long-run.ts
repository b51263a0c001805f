import { newRunId, type RunHeader } from '../../src/runs/header';
import type { RunInterval } from '../../src/runs/interval';
import { Journal } from '../../src/runs/journal/journal';
import { ProgressTracker } from '../../src/runs/progress/progress-tracker';

export interface LongRun {
  readonly header: RunHeader;
  readonly hours: number;
  /** Epochs are spread evenly over the run. */
  readonly epochs: number;
  /** Counts up with each run, so that no two have the same power. */
  readonly seed: number;
}

const joulesPerWattHour = 3600;
/** Once an hour the machine sleeps for a minute. */
const secondsBetweenGaps = 3600;
const gapSeconds = 60;

/** Writes a run as its recorder does: a sample a second, gaps, and an epoch with its loss now and then. */
export async function writeLongRun(stateDirectory: string, { header, hours, epochs, seed }: LongRun): Promise<void> {
  const seconds = hours * 3600;
  const writer = await new Journal(stateDirectory).begin(header.id);
  void writer.append({ type: 'start', version: 1, ...header });
  const tracker = new ProgressTracker();
  const everySeconds = Math.floor(seconds / epochs);
  let wattHours = 0;
  let last: Promise<void> = Promise.resolve();
  for (let second = 1; second <= seconds; second += 1) {
    const at = header.startedAt + second * 1000;
    const isGap = second % secondsBetweenGaps === 0;
    const interval = isGap ? gapAt(at) : intervalAt(at, second + seed * 17);
    if (isGap) second += gapSeconds - 1;
    wattHours += (interval.run.total ?? 0) / joulesPerWattHour;
    last = writer.append({ type: 'sample', ...interval });
    if (second % everySeconds === 0)
      tracker.add([
        { unit: 'epoch', epoch: second / everySeconds, of: epochs, metrics: { val_loss: lossAfter(second) }, at },
      ]);
    for (const entry of tracker.measure({ at, seconds: second, wattHours }))
      void writer.append({ type: 'progress', ...entry });
    // The recorder has a second for each line; a queue of all of them would be the memory of this program.
    if (second % 1000 === 0) await last;
  }
  const at = header.startedAt + seconds * 1000;
  await writer.end({ type: 'end', at, exitCode: 0, meterCpuSeconds: seconds * 0.0025 });
}

const lossAfter = (second: number): number => 0.2 + 2 / (1 + second / 2000) + 0.003 * Math.sin(second);

function intervalAt(at: number, seed: number): RunInterval {
  const cpu = 60 + 20 * Math.sin(seed / 300) + ((seed * 37) % 101) / 10;
  const gpu = 250 + 60 * Math.sin(seed / 40) + ((seed * 53) % 89) / 5;
  const total = cpu + gpu + 4;
  return {
    at,
    seconds: 1,
    run: { cpu, gpu, memory: 4, total, low: total * 0.8, high: total * 1.3 },
    machine: {
      cpu: cpu + 12,
      gpu: gpu + 30,
      memory: 9,
      total: total + 47,
      low: total,
      high: total * 1.5 + 60,
      idle: 60,
    },
    processes: 5,
    gaps: [],
  };
}

function gapAt(at: number): RunInterval {
  const none = { cpu: null, gpu: null, memory: null, total: null, low: null, high: null };
  return {
    at: at + (gapSeconds - 1) * 1000,
    seconds: 0,
    run: none,
    machine: { ...none, idle: null },
    processes: 0,
    gaps: [{ component: null, reason: 'the computer was asleep', seconds: gapSeconds, atMostJoules: null }],
  };
}

/** The header of a training with a modelled processor and a measured graphics card. */
export function longRunHeader(name: string, startedAt: number, folder: string): RunHeader {
  const band = (low: number, high: number): { low: number; high: number } => ({ low, high });
  return {
    id: newRunId(startedAt),
    name,
    kind: 'terminal',
    command: [`python ${name} --epochs 300`],
    folder,
    git: { commit: '1a2b3c4d5e6f708192a3b4c5d6e7f80910111213', dirty: false },
    startedAt,
    scope: 'run',
    intensity: {
      gramsPerKWh: 332,
      low: 280,
      high: 390,
      zone: 'DE',
      year: 2024,
      source: 'a table',
      basis: 'lifecycle',
      chosenBy: 'person',
    },
    pue: 1,
    sources: [
      { component: 'cpu', method: 'model', name: 'cpu-model', label: 'AMD EPYC 7R13', band: band(0.6, 1.7) },
      { component: 'gpu', method: 'sensor', name: 'GPU-1', label: 'NVIDIA A100', band: band(0.95, 1.05) },
      { component: 'memory', method: 'model', name: 'memory-model', label: '64 GB', band: band(0.5, 2) },
    ],
    missing: [],
    notes: [],
    recorder: { pid: 2 ** 22 + 1, version: '0.1.0' },
  };
}
