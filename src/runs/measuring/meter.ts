import { ownLineage } from '../../processes/lineage';
import { attribute } from '../../power/attribution';
import type { Power } from '../../power/machine';
import type { Clock } from '../../system/clock';
import { ActiveRun, type RunOptions } from './active-run';
import { newRunId, type Hardware, type RunHeader } from '../header';
import type { Journal } from '../journal/journal';
import { recordedSource } from '../record-sources';
import { elsewhereNote, workElsewhere } from './work-elsewhere';

export interface MeterOptions {
  readonly power: Power;
  /** No records are kept if null. */
  readonly journal: Journal | null;
  readonly clock: Clock;
  readonly intervalMilliseconds: number;
  /** Version of the product, for the records. */
  readonly version: string;
  /** Description of this computer, for the records. */
  readonly hardware?: Hardware;
  /** Called once per run if its record cannot be written, with one sentence for display. */
  readonly onProblem: (sentence: string) => void;
}

/** Measures runs: the machine's samples, each run's share of them, and their records. */
export class Meter {
  constructor(private readonly options: MeterOptions) {}

  /**
   * Starts to measure. When the promise resolves, the baseline is taken: what the run's processes do from then on
   * counts. Nothing is written before the first sample, so that a run that is abandoned at once leaves no record.
   */
  async start(run: RunOptions): Promise<ActiveRun> {
    const { power, version, hardware } = this.options;
    const elsewhere =
      run.scope === 'run' && run.command !== null && run.cluster === undefined
        ? workElsewhere(isLine(run) ? run.command.join(' ') : run.command)
        : null;
    const active = new ActiveRun(
      (startedAt): RunHeader => ({
        id: newRunId(startedAt),
        name: run.name,
        kind: run.kind,
        command: run.command,
        folder: run.folder,
        ...(run.git === undefined ? {} : { git: run.git }),
        startedAt,
        scope: run.scope,
        scopeFrom: run.scopeFrom ?? null,
        intensity: run.intensity,
        pue: run.pue,
        ...(run.pueLimits === undefined ? {} : { pueLimits: { low: run.pueLimits.low, high: run.pueLimits.high } }),
        pueFrom: run.pueFrom ?? null,
        sources: power.sources.map(recordedSource),
        missing: power.missing,
        notes: [...run.notes, ...power.notes, ...(elsewhere === null ? [] : [elsewhereNote(elsewhere)])],
        recorder: { pid: process.pid, version, lineage: ownLineage() },
        // The computer that waits for a cluster is not the one that computes.
        ...(hardware === undefined || run.cluster !== undefined ? {} : { hardware }),
        ...(run.cluster === undefined ? {} : { cluster: run.cluster }),
        ...(run.ancestors === undefined || run.ancestors.length === 0 ? {} : { ancestors: run.ancestors }),
      }),
      run.tree,
      {
        ...this.options,
        hasElsewhereNote: elsewhere !== null,
        ...(power.settle === undefined ? {} : { settle: power.settle }),
        attribute: (sample, usage, usageProblem) =>
          power.attribute?.(sample) ??
          attribute({ sample, usage, usageProblem, idle: power.idleLevels(), absent: power.absent }),
      },
    );
    await active.begin(power.sampler, run.root ?? null);
    return active;
  }
}

/** For terminals and tasks the editor knows only the shell's command line. */
function isLine({ kind }: RunOptions): boolean {
  return kind === 'terminal' || kind === 'task';
}
