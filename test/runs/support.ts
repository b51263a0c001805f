import type { RunHeader } from '../../src/runs/header';
import type { RunInterval } from '../../src/runs/interval';

export function headerOf(changes: Partial<RunHeader> = {}): RunHeader {
  return {
    id: 'run',
    name: 'train.py',
    kind: 'command',
    command: ['python3', 'train.py'],
    folder: null,
    startedAt: 0,
    scope: 'run',
    intensity: null,
    pue: 1,
    sources: [],
    missing: [],
    notes: [],
    recorder: { pid: process.pid, version: '0.1.0' },
    ...changes,
  };
}

/** One second in which the run used `joules` of CPU and the machine twice as much. */
export function intervalOf({ at, joules, seconds = 1 }: { at: number; joules: number; seconds?: number }): RunInterval {
  return {
    at,
    seconds,
    run: { cpu: joules, gpu: 0, memory: 0, total: joules, low: joules * 0.5, high: joules * 1.5 },
    machine: {
      cpu: joules * 2,
      gpu: 0,
      memory: 0,
      total: joules * 2,
      low: joules,
      high: joules * 3,
      idle: joules * 0.5,
    },
    processes: 2,
    gaps: [],
  };
}
