import { workspace, type ExtensionContext } from 'vscode';
import { version } from '../package.json';
import { AgentsFeature } from './editor/agents/agents-feature';
import { LintFeature } from './editor/lint/lint-feature';
import { Log } from './editor/log';
import { MeterFeature } from './editor/meter-feature';
import { PracticesFeature } from './editor/practices/practices-feature';
import { FirstSteps } from './editor/first-steps/first-steps';
import { RegionsFeature } from './editor/advice/regions-feature';
import { takeNoHelpersFrom } from './system/spawn';

/** What the extension exports: the state of the meter, for tests and other extensions. */
export interface GreenMlApi {
  /** The text of the status bar item; empty before the first run. */
  statusText(): string;
  /** Lines of the item's tooltip besides the record: progress, forecast, budget. */
  statusLines(): readonly string[];
  isMeasuring(): boolean;
  /** Whether all is open that a run of a notebook needs, so that it is measured from its first moment. */
  isReady(): boolean;
  /** Whether power sources are read; false while no run is measured. */
  isSampling(): boolean;
}

/** Older runs say little about a project today, and take time to read. */
const runsAsEvidence = 200;

let meter: MeterFeature | null = null;

export function activate(context: ExtensionContext): GreenMlApi {
  const updateProjectFolders = (): void =>
    takeNoHelpersFrom(
      (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath),
    );
  updateProjectFolders();
  const log = new Log();
  const feature: MeterFeature = new MeterFeature(version, context, log, () => practices.report());
  meter = feature;
  const runs = { list: () => feature.reader.newest(runsAsEvidence), onDidChangeRuns: feature.onDidChangeRuns };
  const lint = new LintFeature(context.extensionUri, log, runs);
  const practices = new PracticesFeature(context.extensionUri, runs, lint, log);
  context.subscriptions.push(
    workspace.onDidChangeWorkspaceFolders(updateProjectFolders),
    log,
    feature,
    lint,
    practices,
    new RegionsFeature(context, feature.reader, log),
    new FirstSteps(context, log),
    new AgentsFeature(version, context, log),
  );
  void feature.showLastRecorded();
  return {
    statusText: () => feature.statusText,
    statusLines: () => feature.statusLines,
    isMeasuring: () => feature.isMeasuring,
    isReady: () => feature.isReady,
    isSampling: () => feature.isSampling,
  };
}

/** Closes the records of runs in progress, so that they are complete. */
export async function deactivate(): Promise<void> {
  await meter?.close();
}
