import { buildRecord } from '../../../src/runs/measuring/build-record';
import type { RunHeader } from '../../../src/runs/header';
import type { RunInterval } from '../../../src/runs/interval';
import { applyLine } from '../../../src/runs/journal/journal-lines';
import type { JournalLine } from '../../../src/runs/journal/journal-shapes';
import { addEvent, type RunProgress } from '../../../src/runs/progress/run-progress';
import type { RunRecord } from '../../../src/runs/record';
import { headerOf } from '../../runs/support';
import { intensity } from './support';

/** A project of ten weeks as people have it: several programs, some measured and some modelled, some failed. */

interface Program {
  readonly name: string;
  /** Mean power of the processor and the GPU in watts, and seconds of an epoch. */
  readonly cpu: number;
  readonly gpu: number;
  readonly epochSeconds: number;
  readonly epochs: number;
  /** The epoch at which the metric is best; null prints no metric. */
  readonly best: number | null;
  /** Runs of each week, from the first to the last. */
  readonly weeks: readonly number[];
  /** What an epoch uses in the last week, as a part of the first. */
  readonly improvement: number;
}

const longName = 'finetune_distilbert_lr=2e-5_batch=32_warmup=500_seed=42_dataset=reviews-multilingual-v2.py';

const programs: readonly Program[] = [
  {
    name: 'train_resnet.py',
    cpu: 60,
    gpu: 240,
    epochSeconds: 180,
    epochs: 30,
    best: 14,
    weeks: [3, 4, 5, 0, 4, 5, 3, 2, 1, 2],
    improvement: 0.7,
  },
  {
    name: longName,
    cpu: 45,
    gpu: 210,
    epochSeconds: 420,
    epochs: 8,
    best: 7,
    weeks: [0, 0, 1, 0, 2, 3, 4, 3, 2, 2],
    improvement: 1,
  },
  {
    name: 'search.py',
    cpu: 95,
    gpu: 0,
    epochSeconds: 20,
    epochs: 120,
    best: 40,
    weeks: [2, 1, 2, 0, 1, 0, 1, 0, 1, 0],
    improvement: 1,
  },
  {
    name: 'evaluate.ipynb',
    cpu: 30,
    gpu: 40,
    epochSeconds: 60,
    epochs: 5,
    best: null,
    weeks: [2, 3, 3, 0, 3, 4, 5, 4, 3, 3],
    improvement: 1,
  },
  {
    name: 'prepare_data.py',
    cpu: 38,
    gpu: 0,
    epochSeconds: 90,
    epochs: 4,
    best: null,
    weeks: [1, 0, 1, 0, 0, 1, 0, 0, 0, 1],
    improvement: 1,
  },
];

const firstMonday = new Date(2026, 8, 14, 9).getTime();
const dayMilliseconds = 86_400_000;

/** The lines of each run, oldest first. @param folder the folder of the project */
export function projectJournals(folder: string | null = null): readonly (readonly JournalLine[])[] {
  const journals: { readonly at: number; readonly lines: readonly JournalLine[] }[] = [];
  for (const [index, program] of programs.entries())
    for (const [week, runs] of program.weeks.entries())
      for (let run = 0; run < runs; run += 1) {
        const at = firstMonday + (week * 7 + ((run * 2 + index) % 6)) * dayMilliseconds + index * 3_600_000;
        journals.push({ at, lines: linesOf(program, { at, week, run, folder }) });
      }
  return journals.sort((a, b) => a.at - b.at).map(({ lines }) => lines);
}

export function projectRecords(): readonly RunRecord[] {
  return projectJournals().map((lines) => {
    const state = lines.reduce<Parameters<typeof applyLine>[0]>(applyLine, null);
    if (state === null) throw new Error('a journal without a start');
    return buildRecord(state, state.end === null ? 'interrupted' : 'completed');
  });
}

function linesOf(
  program: Program,
  {
    at,
    week,
    run,
    folder,
  }: { readonly at: number; readonly week: number; readonly run: number; readonly folder: string | null },
): readonly JournalLine[] {
  const { name, epochs, best, epochSeconds } = program;
  const stamp = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  // Every ninth run fails at a third of its way.
  const fails = (week + run * 3) % 9 === 2;
  const header: RunHeader = headerOf({
    id: `${stamp}-${(week * 64 + run).toString(16).padStart(6, '0')}`,
    name,
    command: ['python3', name],
    folder,
    startedAt: at,
    intensity,
    hardware: { id: '5bce98f73f3e', cpu: 'AMD EPYC 7R13', cpuCount: 16, memoryGigabytes: 61.5 },
    sources: [
      {
        component: 'cpu',
        method: 'model',
        name: 'cpu-model',
        label: 'AMD EPYC 7R13: 16 threads at 2.19 W, load model up to 4.4 W',
        band: { low: 0.6, high: 1.7 },
      },
      {
        component: 'memory',
        method: 'model',
        name: 'memory-model',
        label: 'memory at 0.3725 W/GB',
        band: { low: 0.5, high: 2 },
      },
      {
        component: 'gpu',
        method: 'counter',
        name: 'GPU-5d0c',
        label: 'NVIDIA A10G',
        band: { low: 0.95, high: 1.05 },
      },
    ],
  });
  const lines: JournalLine[] = [{ type: 'start', version: 1, ...header }];
  let progress: RunProgress | null = null;
  let wattHours = 0;
  const done = fails ? Math.ceil(epochs / 3) : epochs;
  const factor = 1 + ((program.improvement - 1) * week) / 9 + (((week * 7 + run * 3) % 5) - 2) * 0.02;
  for (let epoch = 1; epoch <= done; epoch += 1) {
    const end = at + epoch * epochSeconds * 1000;
    const interval = intervalOf(program, { at: end, seconds: epochSeconds, factor });
    wattHours += (interval.run.total ?? 0) / 3600;
    lines.push({ type: 'sample', ...interval });
    if (best === null) continue;
    const value = 0.3 + 0.9 * Math.exp(-Math.min(epoch, best) / 6) + Math.max(0, epoch - best) * 0.002;
    const usage = { at: end, seconds: epoch * epochSeconds, wattHours };
    const unit = name === 'search.py' ? 'trial' : 'epoch';
    progress = addEvent(progress, { unit, epoch, of: epochs, metrics: { val_loss: value }, at: end }, usage);
    lines.push({ type: 'progress', mark: progress.last, best: progress.best });
  }
  const end = at + done * epochSeconds * 1000 + 2000;
  lines.push({ type: 'end', at: end, exitCode: fails ? 1 : 0, meterCpuSeconds: 0.4 });
  return lines;
}

function intervalOf(
  { cpu, gpu }: Program,
  { at, seconds, factor }: { readonly at: number; readonly seconds: number; readonly factor: number },
): RunInterval {
  const [ofCpu, ofGpu, ofMemory] = [cpu * seconds, gpu * factor * seconds, 6 * seconds];
  const total = ofCpu + ofGpu + ofMemory;
  const low = ofCpu * 0.6 + ofGpu * 0.95 + ofMemory * 0.5;
  const high = ofCpu * 1.7 + ofGpu * 1.05 + ofMemory * 2;
  const idle = 70 * seconds;
  return {
    at,
    seconds,
    run: { cpu: ofCpu, gpu: ofGpu, memory: ofMemory, total, low, high },
    machine: {
      cpu: ofCpu + 50 * seconds,
      gpu: ofGpu + 15 * seconds,
      memory: ofMemory + 5 * seconds,
      total: total + idle,
      low: low + idle * 0.5,
      high: high + idle * 2,
      idle,
    },
    processes: 4,
    gaps: [],
  };
}
