import type { Uri } from 'vscode';
import { noArguments, takes, type ArgumentsShape } from './arguments';
import { contextKeys, type View } from './surfaces';

declare const given: unique symbol;

/** A command. The arguments are known only to its type. */
export interface Command<Args extends readonly unknown[] = []> {
  readonly id: string;
  readonly [given]?: Args;
}

/** One of our own commands, which checks its arguments. */
export interface OwnCommand<Args extends readonly unknown[] = []> extends Command<Args> {
  readonly takes: ArgumentsShape<Args>;
}

/** A command that package.json declares, for the palette and menus. */
export interface ShownCommand<Args extends readonly unknown[] = []> extends OwnCommand<Args>, CommandDeclaration {}

interface CommandDeclaration {
  readonly id: string;
  readonly title: string;
  readonly icon?: string;
  /** A chord that neither VS Code nor its extensions use; on a Mac, Cmd stands for Ctrl. */
  readonly keys?: { readonly chord: `ctrl+k ${string}`; readonly when: string };
  /** When the palette offers the command: a when-clause, or false for never. If absent, always. */
  readonly palette?: string | false;
}

/** The category of all our commands: the palette shows "Green ML: Lint Workspace". */
export const category = 'Green ML';

/** A request that opens the chat view and is sent at once. */
interface ChatRequest {
  readonly query: string;
  readonly mode: 'agent';
  readonly attachFiles: readonly Uri[];
}

/** Any command, whatever its arguments. */
export type AnyCommand = Command<readonly unknown[]>;

const shown = (declaration: CommandDeclaration): ShownCommand => ({ ...declaration, takes: noArguments });
const shownWith = <Args extends readonly unknown[]>(
  shape: ArgumentsShape<Args>,
  declaration: CommandDeclaration,
): ShownCommand<Args> => ({ ...declaration, takes: shape });
const hidden = <Args extends readonly unknown[]>(id: string, shape: ArgumentsShape<Args>): OwnCommand<Args> => ({
  id,
  takes: shape,
});
const ofEditor = <Args extends readonly unknown[] = []>(id: string): Command<Args> => ({ id });

/**
 * The commands in package.json, in the same order. A new command needs an entry here, `npm run manifest` and a handler.
 * To show it outside the palette too, add it to menus.ts.
 */
export const commands = {
  lintWorkspace: shownWith(takes.lintWorkspace, {
    id: 'greenML.lint.workspace',
    title: 'Lint Workspace',
    palette: 'workspaceFolderCount > 0',
  }),
  showLastRun: shown({
    id: 'greenML.runs.showLast',
    title: 'Show Last Run',
    keys: { chord: 'ctrl+k g', when: contextKeys.hasRun.id },
  }),
  openPractices: shownWith(takes.openPractices, {
    id: 'greenML.practices.open',
    title: 'Open Practices',
    icon: '$(link-external)',
    keys: { chord: 'ctrl+k shift+g', when: 'workspaceFolderCount > 0' },
  }),
  getStarted: shown({ id: 'greenML.getStarted', title: 'Get Started' }),
  measureExample: shown({ id: 'greenML.example.measure', title: 'Measure an Example' }),
  openExample: shown({ id: 'greenML.example.open', title: 'Open an Example with Findings' }),
  putOnPath: shown({ id: 'greenML.path.add', title: 'Put green-ml on the PATH' }),
  takeOffPath: shown({
    id: 'greenML.path.remove',
    title: 'Take green-ml off the PATH',
    palette: contextKeys.isOnPath.id,
  }),
  showLog: shown({ id: 'greenML.showLog', title: 'Show Log' }),
  showLivePower: shown({ id: 'greenML.runs.reveal', title: 'Show Live Power', icon: '$(pulse)' }),
  showPower: shownWith(takes.history, {
    id: 'greenML.runs.showPower',
    title: 'Show Power over Time',
    icon: '$(graph-line)',
    palette: false,
  }),
  showDetails: shownWith(takes.history, {
    id: 'greenML.runs.showDetails',
    title: 'Show Run Details',
    icon: '$(info)',
    palette: false,
  }),
  showDetailsInNewTab: shownWith(takes.history, {
    id: 'greenML.runs.showDetailsInNewTab',
    title: 'Open in New Tab',
    palette: false,
  }),
  copyRecord: shownWith(takes.history, { id: 'greenML.runs.copyRecord', title: 'Copy Record as JSON', palette: false }),
  compareRuns: shownWith(takes.history, {
    id: 'greenML.runs.compare',
    title: 'Compare Runs',
    icon: '$(diff)',
  }),
  selectForCompare: shownWith(takes.history, {
    id: 'greenML.runs.selectForCompare',
    title: 'Select for Compare',
    icon: '$(git-compare)',
    palette: false,
  }),
  compareWithSelected: shownWith(takes.history, {
    id: 'greenML.runs.compareWithSelected',
    title: 'Compare with Selected',
    icon: '$(diff)',
    palette: false,
  }),
  exportRuns: shownWith(takes.history, { id: 'greenML.runs.export', title: 'Export Runs', icon: '$(export)' }),
  writeReport: shownWith(takes.history, {
    id: 'greenML.runs.report',
    title: 'Write a Project Report',
    icon: '$(file-text)',
  }),
  copyStatement: shownWith(takes.history, { id: 'greenML.runs.copyStatement', title: 'Copy Emissions Statement' }),
  deleteRecord: shownWith(takes.history, {
    id: 'greenML.runs.delete',
    title: 'Delete Record',
    icon: '$(trash)',
    palette: false,
  }),
  refreshHistory: shown({
    id: 'greenML.runs.refreshHistory',
    title: 'Refresh History',
    icon: '$(refresh)',
    palette: false,
  }),
  groupByDay: shown({
    id: 'greenML.runs.groupByDay',
    title: 'Group History by Day',
    icon: '$(calendar)',
    palette: false,
  }),
  groupByName: shown({
    id: 'greenML.runs.groupByName',
    title: 'Group History by Name',
    icon: '$(list-tree)',
    palette: false,
  }),
  showAllRuns: shown({
    id: 'greenML.runs.showAll',
    title: 'Show Runs of All Folders',
    icon: '$(filter-filled)',
    palette: false,
  }),
  showProjectRuns: shown({
    id: 'greenML.runs.showProject',
    title: 'Show Only Runs of the Open Folders',
    icon: '$(filter)',
    palette: false,
  }),
  recommendRegion: shownWith(takes.regionOrAsk, { id: 'greenML.regions.recommend', title: 'Recommend a Region' }),
  bestTime: shownWith(takes.bestTime, { id: 'greenML.regions.bestTime', title: 'Best Time to Start' }),
  setLocation: shownWith(takes.regionOrAsk, { id: 'greenML.setLocation', title: 'Set Location' }),
  setBudget: shownWith(takes.budget, { id: 'greenML.setBudget', title: 'Set a Budget' }),
  showSources: shown({ id: 'greenML.sources.show', title: 'Show Power Sources' }),
  showSettings: shown({ id: 'greenML.settings.show', title: 'Show Effective Settings' }),
  setLiveKey: shown({ id: 'greenML.live.setKey', title: 'Set the Key of a Live Service' }),
  setPrometheusToken: shown({ id: 'greenML.prometheus.setToken', title: 'Set the Token of Prometheus' }),
  measureCluster: shownWith(takes.cluster, { id: 'greenML.prometheus.measure', title: 'Measure a Cluster Job' }),
  measureProcess: shownWith(takes.process, {
    id: 'greenML.runs.measureProcess',
    title: 'Measure a Running Process',
    icon: '$(target)',
  }),
  stopMeasuring: shownWith(takes.run, {
    id: 'greenML.runs.stopManual',
    title: 'Stop Measuring a Process or Cluster Job',
    icon: '$(debug-stop)',
    palette: contextKeys.measuresByHand.id,
  }),
  makeGreener: shown({
    id: 'greenML.agents.makeGreener',
    title: 'Make This Training Greener with an Agent',
    icon: '$(sparkle)',
    // A key of VS Code: whether there is a chat.
    palette: 'chatIsEnabled && resourceScheme == file && editorLangId == python || chatIsEnabled && notebookType',
  }),
} as const;

/** Commands behind links, CodeLens and quick fixes. They are not in the palette or a menu. */
export const hiddenCommands = {
  applyFix: hidden('greenML.lint.fix', takes.applyFix),
  ignoreFinding: hidden('greenML.lint.ignore', takes.ignoreFinding),
  showRule: hidden('greenML.lint.showRule', takes.rule),
  showPractice: hidden('greenML.lint.showPractice', takes.practiceOrRule),
  showOlderRuns: hidden('greenML.runs.showOlder', noArguments),
  stopRun: hidden('greenML.runs.stop', takes.runId),
  chooseRegion: hidden('greenML.regions.choose', takes.region),
  writeRegion: hidden('greenML.regions.write', takes.region),
  askRegionAnswer: hidden('greenML.regions.askAnswer', takes.regionAnswer),
  remindAt: hidden('greenML.regions.remind', takes.moment),
  copySchedule: hidden('greenML.regions.copySchedule', takes.moment),
  saveCalendar: hidden('greenML.regions.saveCalendar', takes.calendar),
  askTimeAnswer: hidden('greenML.regions.askTime', takes.timeAnswer),
} as const;

/** Commands of the editor that we run or link to. */
export const editorCommands = {
  open: ofEditor<[file: Uri]>('vscode.open'),
  openFolder: ofEditor('vscode.openFolder'),
  openSettings: ofEditor<[search: string]>('workbench.action.openSettings'),
  quickOpen: ofEditor('workbench.action.quickOpen'),
  openWalkthrough: ofEditor<[id: string, toSide: boolean]>('workbench.action.openWalkthrough'),
  showMarkdown: ofEditor<[file: Uri]>('markdown.showPreview'),
  showProblems: ofEditor('workbench.actions.view.problems'),
  showRunAndDebug: ofEditor('workbench.view.debug'),
  startDebugging: ofEditor('workbench.action.debug.start'),
  openChat: ofEditor<[request: ChatRequest]>('workbench.action.chat.open'),
} as const;

/** The editor's command that shows a view. */
export function focusOf({ id }: View): Command {
  return { id: `${id}.focus` };
}
