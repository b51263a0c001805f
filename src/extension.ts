import { workspace, type ExtensionContext } from 'vscode';
import { version } from '../package.json';
import { LintFeature } from './editor/lint/lint-feature';
import { Log } from './editor/log';
import { MeterFeature } from './editor/meter-feature';
import { PracticesFeature } from './editor/practices/practices-feature';
import { RegionsFeature } from './editor/advice/regions-feature';
import { takeNoHelpersFrom } from './system/spawn';

/** What the extension exports: the meter's state, for tests and for other extensions to read. */
export interface GreenMlApi {
  /** The text of the status bar item; empty before the first run. */
  statusText(): string;
  /** What the item's tooltip tells beside the record: progress, forecast, budget. */
  statusLines(): readonly string[];
  isMeasuring(): boolean;
  /** Whether a timer asks the power sources; false while nothing runs. */
  isSampling(): boolean;
}

/** Older runs say little of a project as it is now, and reading them takes time. */
const runsAsEvidence = 200;

let meter: MeterFeature | null = null;

export function activate(context: ExtensionContext): GreenMlApi {
  const namesProjects = (): void =>
    takeNoHelpersFrom(
      (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath),
    );
  namesProjects();
  const log = new Log();
  const feature = new MeterFeature(version, context, log);
  meter = feature;
  const runs = { list: () => feature.reader.newest(runsAsEvidence), onDidChangeRuns: feature.onDidChangeRuns };
  const lint = new LintFeature(context.extensionUri, log);
  context.subscriptions.push(
    workspace.onDidChangeWorkspaceFolders(namesProjects),
    log,
    feature,
    lint,
    new PracticesFeature(context.extensionUri, runs, lint, log),
    new RegionsFeature(context, feature.reader, log),
  );
  void feature.showLastRecorded();
  return {
    statusText: () => feature.statusText,
    statusLines: () => feature.statusLines,
    isMeasuring: () => feature.isMeasuring,
    isSampling: () => feature.isSampling,
  };
}

/** Runs that still go on are closed, so that their records are whole. */
export async function deactivate(): Promise<void> {
  await meter?.close();
}
