import type { Uri } from 'vscode';
import type { Reach } from '../lint/ignore-actions';
import type { DocumentRequest } from '../runs/history-documents';
import type { HistoryNode } from '../runs/history-tree';
import type { BudgetRequest } from '../runs/set-budget';
import type { BestTimeRequest } from '../advice/best-time';
import { contextKeys, type View } from './surfaces';

declare const takes: unique symbol;

/** A command and what it takes; the latter only its type knows. */
export interface Command<Args extends readonly unknown[] = []> {
  readonly id: string;
  readonly [takes]?: Args;
}

/** A command that package.json declares, for the palette and menus. */
export interface ShownCommand<Args extends readonly unknown[] = []> extends Command<Args> {
  readonly title: string;
  readonly icon?: string;
  /** When the palette offers it: a when-clause, or false for never. Always, if left out. */
  readonly palette?: string | false;
}

/** The category of all our commands: the palette shows "Green ML: Lint Workspace". */
export const category = 'Green ML';

/** What commands of the history take: the clicked line, all selected lines, and answers that need not be asked for. */
export type HistoryArguments = [
  clicked?: HistoryNode | undefined,
  selected?: readonly HistoryNode[],
  request?: DocumentRequest,
];

/** Any command, when what it takes does not matter. */
export type AnyCommand = Command<readonly unknown[]>;

const shown = <Args extends readonly unknown[] = []>(command: ShownCommand<Args>): ShownCommand<Args> => command;
const hidden = <Args extends readonly unknown[] = []>(id: string): Command<Args> => ({ id });

/**
 * The commands in package.json, in its order. A new one needs an entry here and `npm run manifest`, a handler, and if
 * people are to find it beside the palette, a line in menus.ts.
 */
export const commands = {
  lintWorkspace: shown<[only?: Uri | readonly string[]]>({
    id: 'greenML.lint.workspace',
    title: 'Lint Workspace',
    palette: 'workspaceFolderCount > 0',
  }),
  showLastRun: shown({ id: 'greenML.runs.showLast', title: 'Show Last Run' }),
  openPractices: shown<[practice?: number, about?: Uri]>({
    id: 'greenML.practices.open',
    title: 'Open Practices',
    icon: '$(link-external)',
  }),
  showLivePower: shown({ id: 'greenML.runs.reveal', title: 'Show Live Power', icon: '$(pulse)' }),
  showPower: shown<HistoryArguments>({
    id: 'greenML.runs.showPower',
    title: 'Show Power over Time',
    icon: '$(graph-line)',
    palette: false,
  }),
  showDetails: shown<HistoryArguments>({
    id: 'greenML.runs.showDetails',
    title: 'Show Run Details',
    icon: '$(info)',
    palette: false,
  }),
  copyRecord: shown<HistoryArguments>({ id: 'greenML.runs.copyRecord', title: 'Copy Record as JSON', palette: false }),
  compareRuns: shown<HistoryArguments>({
    id: 'greenML.runs.compare',
    title: 'Compare Two Runs',
    icon: '$(diff)',
    palette: false,
  }),
  exportRuns: shown<HistoryArguments>({ id: 'greenML.runs.export', title: 'Export Runs', icon: '$(export)' }),
  writeReport: shown<HistoryArguments>({
    id: 'greenML.runs.report',
    title: 'Write a Project Report',
    icon: '$(file-text)',
  }),
  copyStatement: shown<HistoryArguments>({ id: 'greenML.runs.copyStatement', title: 'Copy Emissions Statement' }),
  deleteRecord: shown<HistoryArguments>({
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
  recommendRegion: shown<[from?: string]>({ id: 'greenML.regions.recommend', title: 'Recommend a Region' }),
  bestTime: shown<[request?: BestTimeRequest]>({ id: 'greenML.regions.bestTime', title: 'Best Time to Start' }),
  setLocation: shown<[location?: string]>({ id: 'greenML.setLocation', title: 'Set Location' }),
  setBudget: shown<[request?: BudgetRequest]>({ id: 'greenML.setBudget', title: 'Set a Budget' }),
  setLiveKey: shown({ id: 'greenML.live.setKey', title: 'Set the Key of a Live Service' }),
  measureProcess: shown<[pid?: number]>({
    id: 'greenML.runs.measureProcess',
    title: 'Measure a Running Process',
    icon: '$(target)',
  }),
  stopMeasuring: shown<[run?: string]>({
    id: 'greenML.runs.stopManual',
    title: 'Stop Measuring a Process',
    icon: '$(debug-stop)',
    palette: contextKeys.measuresByHand.id,
  }),
} as const;

/** Commands behind links, lenses and quick fixes; neither the palette nor a menu shows them. */
export const hiddenCommands = {
  ignoreFinding: hidden<[document: Uri, rule: string, row: number, reach?: Reach]>('greenML.lint.ignore'),
  showRule: hidden<[rule: string]>('greenML.lint.showRule'),
  showPractice: hidden<[practice: number | null, rule: string]>('greenML.lint.showPractice'),
  chooseRegion: hidden<[region: string]>('greenML.regions.choose'),
  /** Takes milliseconds since the epoch. */
  remindAt: hidden<[time: number]>('greenML.regions.remind'),
  copySchedule: hidden<[time: number]>('greenML.regions.copySchedule'),
} as const;

/** The editor's own commands that we run or link to. */
export const editorCommands = {
  open: hidden<[file: Uri]>('vscode.open'),
  openSettings: hidden<[search: string]>('workbench.action.openSettings'),
  quickOpen: hidden('workbench.action.quickOpen'),
  showMarkdown: hidden<[file: Uri]>('markdown.showPreview'),
  showProblems: hidden('workbench.actions.view.problems'),
  showRunAndDebug: hidden('workbench.view.debug'),
  startDebugging: hidden('workbench.action.debug.start'),
} as const;

/** The command with which the editor shows a view. */
export function focusOf({ id }: View): Command {
  return { id: `${id}.focus` };
}
