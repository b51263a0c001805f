import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunHeader } from '../src/runs/header';
import type { RunInterval } from '../src/runs/interval';
import { formatLine } from '../src/runs/journal/journal-lines';

/** A journal as people get it: all on one machine, in a few projects, some of the runs ended by a kill. */
export interface JournalPlan {
  readonly runs: number;
  /** Samples of each run; 3,600 are an hour. */
  readonly samples: number;
  /** The folders that the runs are started in, in turn. */
  readonly folders: readonly string[];
  /** How many runs of others came before the first one, so that no two people have the same run; 0 if absent. */
  readonly before?: number;
}

/** The first run; one follows every five minutes. */
const firstStart = Date.UTC(2025, 0, 1);
const millisecondsBetween = 300_000;
/** No process has this number. */
const noProcess = 2 ** 22 + 1;

/** Writes a journal below a state directory, in the format of the product. */
export function writeJournal(stateDirectory: string, { runs, samples, folders, before = 0 }: JournalPlan): void {
  const folder = join(stateDirectory, 'runs');
  mkdirSync(folder, { recursive: true });
  for (let index = before; index < before + runs; index += 1) {
    const startedAt = firstStart + index * millisecondsBetween;
    const header = headerOf(startedAt, index, folders[index % folders.length] ?? null);
    const lines = [formatLine({ type: 'start', version: 1, ...header })];
    for (let sample = 1; sample <= samples; sample += 1)
      lines.push(formatLine({ type: 'sample', ...intervalAt(startedAt + sample * 1000, index + sample) }));
    const at = startedAt + samples * 1000;
    if (index % 50 !== 7)
      lines.push(formatLine({ type: 'end', at, exitCode: index % 20 === 3 ? 1 : 0, meterCpuSeconds: 0.2 }));
    const path = join(folder, `${header.id}.jsonl`);
    writeFileSync(path, lines.join(''));
    utimesSync(path, at / 1000, at / 1000);
  }
}

function headerOf(startedAt: number, index: number, folder: string | null): RunHeader {
  const stamp = new Date(startedAt).toISOString().replace(/[-:]|\.\d+/g, '');
  return {
    id: `${stamp}-${(index % 2 ** 24).toString(16).padStart(6, '0')}`,
    name: `train_${index % 12}.py`,
    kind: 'command',
    command: ['python3', `train_${index % 12}.py`, '--seed', String(index)],
    folder,
    startedAt,
    scope: 'run',
    intensity: {
      gramsPerKWh: 332.1,
      low: 280,
      high: 390,
      zone: 'DE',
      year: 2024,
      source: 'Ember, yearly average 2024 (CC BY 4.0)',
      basis: 'lifecycle',
      chosenBy: 'person',
    },
    pue: 1,
    pueLimits: { low: 1, high: 1 },
    pueFrom: null,
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
        label: 'memory at 0.3725 W/GB (Green Algorithms)',
        band: { low: 0.5, high: 2 },
      },
    ],
    missing: [],
    notes: ['No counter of the processor can be read, so its power is modelled from its load.'],
    recorder: { pid: noProcess, version: '0.1.0', lineage: [noProcess + 1] },
    hardware: { id: '5bce98f73f3e', cpu: 'AMD EPYC 7R13', cpuCount: 16, memoryGigabytes: 61.5 },
  };
}

function intervalAt(at: number, seed: number): RunInterval {
  const joules = 5 + ((seed * 37) % 101) / 7;
  return {
    at,
    seconds: 1,
    run: { cpu: joules, gpu: 0, memory: 1.1, total: joules + 1.1, low: joules / 2, high: joules * 2 + 1 },
    machine: {
      cpu: joules + 4,
      gpu: 0,
      memory: 20.3,
      total: joules + 24.3,
      low: joules + 10,
      high: joules * 2 + 50,
      idle: 21.7,
    },
    processes: 4,
    gaps: [],
  };
}
