import { shortened } from '../present/plain-text';
import { leastSure } from '../runs/record-sources';
import { countedEnergy, shownTotal } from '../runs/describe';
import type { RunRecord } from '../runs/record';
import { rangeOf, rounded } from './figures';
import { shownPath } from './project-path';
import type { AgentAnswer } from './tool';

/** More metrics of a training are noise for a comparison. */
const mostMetrics = 8;
/** Sentences for people; the first few say what matters. */
const mostNotes = 4;
/** Characters of a command line. */
const longestCommand = 200;

/** A run as the terminal prints it. */
type PrintedRun = Omit<RunRecord, 'progress'> & { readonly progress?: RunRecord['progress'] | null | undefined };

/** What a tool says of a recorded run. Unknown figures are null. */
export function runAnswer(run: PrintedRun, folder: string): AgentAnswer {
  const { low, high } = countedEnergy(run);
  const { progress, emissionsGrams: emissions } = run;
  return {
    id: run.id,
    name: run.name,
    ...(run.command === null ? {} : { command: shortened(run.command.join(' '), longestCommand) }),
    folder: run.folder === null ? null : shownPath(run.folder, folder),
    startedAt: run.startedAt,
    status: run.status,
    exitCode: run.exitCode,
    durationSeconds: rounded(run.durationSeconds),
    energyWh: rangeOf({ value: shownTotal(run), low, high }),
    method: leastSure(run.sources),
    scope: run.scope,
    averageWatts: rounded(run.averageWatts),
    emissionsGrams: emissions === null ? null : rangeOf(emissions),
    ...(progress === undefined || progress === null
      ? {}
      : {
          progress: {
            unit: progress.unit,
            done: progress.done,
            total: progress.total,
            best: progress.best === null ? null : { metric: progress.best.metric, value: progress.best.value },
            metrics: Object.fromEntries(Object.entries(progress.metrics).slice(0, mostMetrics)),
          },
        }),
    ...(run.results === undefined
      ? {}
      : { results: Object.fromEntries(Object.entries(run.results).slice(-mostMetrics)) }),
    ...(run.gaps.length === 0 ? {} : { gaps: run.gaps.length }),
  };
}

/** The sentences that a record holds, for the answer about this one run. */
export function notesOf(run: RunRecord): readonly string[] {
  return run.notes.slice(0, mostNotes);
}
