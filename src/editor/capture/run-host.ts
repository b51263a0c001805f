import type { Uri } from 'vscode';
import type { ProcessTable } from '../../processes/table';
import type { ActiveRun, RunOptions } from '../../runs/active-run';
import type { RunRecord } from '../../runs/record';
import type { Clock } from '../../system/clock';
import { errorCode } from '../../system/files';
import type { Interrupt } from '../runs/insights';
import type { NewProcesses } from './new-processes';
import type { MeterSettings } from '../meter-settings';

/** What those who notice a run say of it; the rest comes from the settings of its folder. */
export type NoticedRun = Pick<RunOptions, 'name' | 'kind' | 'command' | 'folder' | 'tree' | 'root'>;

/** The note of a run that was over before it could be measured: the first of a window waits for the power sources. */
export const endedBeforeNote =
  'The command ended before the measurement began, so what it used is not in these figures.';

/** What those who notice runs (debug sessions, terminals, tasks) need of the meter. */
export interface RunHost {
  readonly clock: Clock;
  settings(folder: Uri | null): MeterSettings;
  /** `interrupt` asks the run to end by itself, so that it saves its work; null where nobody can. */
  start(folder: Uri | null, run: NoticedRun, interrupt: Interrupt | null): Promise<ActiveRun>;
  /** Takes a piece of the run's output, from which its progress is read. */
  readOutput(run: ActiveRun, text: string): void;
  finish(run: ActiveRun, exitCode: number | null): Promise<RunRecord>;
  /** The processes of this machine. */
  processes(): Promise<ProcessTable>;
  /** Remembers which processes there are, to find later what has started since. */
  watchNewProcesses(): Promise<NewProcesses>;
  failed(error: unknown): void;
}

/** Asks a process to end by itself, as Ctrl+C does, so that it can save its work; one that has ended already is fine. */
// oxlint-disable-next-line typescript/require-await -- a failure is the promise's
export async function interruptProcess(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
