import type { Uri } from 'vscode';
import type { ProcessTable } from '../../processes/table';
import type { ActiveRun, RunOptions } from '../../runs/measuring/active-run';
import type { OpenCluster } from '../../runs/cluster/open-cluster';
import type { RunRecord } from '../../runs/record';
import type { Clock } from '../../system/clock';
import { errorCode } from '../../system/files';
import type { Interrupt } from '../runs/insights';
import type { NewProcesses } from './new-processes';
import type { EditorSettings } from '../meter-settings';

/** What is known about a run when it is noticed. The rest comes from the settings of its folder. */
export type NoticedRun = Pick<RunOptions, 'name' | 'kind' | 'command' | 'folder' | 'tree' | 'root'> & {
  /** The name of its launch configuration or task, if it has one. */
  readonly knownAs?: string;
};

/** For runs that end before measuring starts: the first run of a window waits for the power sources to open. */
export const endedBeforeNote = 'The command ended before measuring started, so these figures do not include it.';

/** The part of the meter that debug sessions, terminals, tasks and notebooks use. */
export interface RunHost {
  readonly clock: Clock;
  settings(folder: Uri | null): EditorSettings;
  /** Opens and loads what a run of this folder will need, so that it is measured from its first moment. */
  prepare(folder: Uri | null): Promise<void>;
  /**
   * @param interrupt asks the run to end by itself, so that it can save its work; null if that is not possible
   * @param cluster whose energy counts instead of this machine's; absent for this machine
   */
  start(folder: Uri | null, run: NoticedRun, interrupt: Interrupt | null, cluster?: OpenCluster): Promise<ActiveRun>;
  /** Reads progress from a piece of the run's output. */
  readOutput(run: ActiveRun, text: string): void;
  finish(run: ActiveRun, exitCode: number | null): Promise<RunRecord>;
  /** The processes of this machine. */
  processes(): Promise<ProcessTable>;
  /** Remembers the current processes, to find later which ones are new. */
  watchNewProcesses(): Promise<NewProcesses>;
  failed(error: unknown): void;
}

/** Interrupts a process like Ctrl+C, so that it can save its work. Does nothing if it has ended already. */
// oxlint-disable-next-line typescript/require-await -- a failure is the promise's
export async function interruptProcess(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
