/** A view in the side bar. */
export interface View {
  readonly id: string;
  readonly name: string;
  readonly isPage: boolean;
  /** Its initial share of the side bar's height, relative to the other views. */
  readonly initialSize: number;
}

/** Our icon in the activity bar, which contains the views. */
export const viewContainer = { id: 'greenML', title: 'Green ML', icon: 'media/icon.svg' } as const;

/** The views, from top to bottom. */
export const views = {
  live: { id: 'greenML.runs.live', name: 'Live Power', isPage: true, initialSize: 3 },
  history: { id: 'greenML.runs.history', name: 'History', isPage: false, initialSize: 2 },
  practices: { id: 'greenML.practices', name: 'Practices', isPage: true, initialSize: 4 },
} as const satisfies Readonly<Record<string, View>>;

/** Pages in editor tabs, by the type with which the editor identifies them. */
export const panels = {
  practices: 'greenML.practices.panel',
  run: 'greenML.run',
  regions: 'greenML.regions',
  bestTime: 'greenML.bestTime',
} as const;

/** The folder of the launchers of green-ml, in that of the extension's global data. */
export const launcherFolder = 'bin';

/** The server of the Model Context Protocol. */
export const mcpProvider = { id: 'greenML.mcp', label: 'Green ML' } as const;

/** What agents learn about working with Green ML, in the package: its folder has the skill's name. */
export const skillFile = './skills/green-ml/SKILL.md';

/** The walkthrough, in this extension. */
export const walkthroughId = 'start';

/** The id of the status bar item. The editor uses it to remember that a user has hidden the item. */
export const statusItemId = 'greenML.meter';

/** Schemes of the documents that we provide. */
export const schemes = {
  rules: 'green-ml',
  comparison: 'green-ml-comparison',
  sources: 'green-ml-sources',
  settings: 'green-ml-settings',
} as const;

/** The folder of the rule pages in their scheme. */
export const rulesFolder = '/rules';

/** What the status bar can show of a run in progress. */
export const statusParts = ['power', 'energy', 'emissions', 'progress'] as const;
export type StatusPart = (typeof statusParts)[number];

/** How the history groups runs. */
export const historyGroupings = ['day', 'name'] as const;

export type HistoryGrouping = (typeof historyGroupings)[number];

/** Whose runs the history shows: those of the open folders, or all. */
export const historyReaches = ['project', 'all'] as const;

export type HistoryReach = (typeof historyReaches)[number];

declare const holds: unique symbol;

/** A value that when-clauses can use. */
export interface ContextKey<Value> {
  readonly id: string;
  readonly [holds]?: Value;
}

const contextKey = <Value>(id: string): ContextKey<Value> => ({ id });

export const contextKeys = {
  historyGrouping: contextKey<HistoryGrouping>('greenML.runs.grouping'),
  historyReach: contextKey<HistoryReach>('greenML.runs.reach'),
  /** A run of the history waits for the one to compare it with. */
  isComparing: contextKey<boolean>('greenML.runs.comparing'),
  measuresByHand: contextKey<boolean>('greenML.runs.manual'),
  /** A run is or was measured: the walkthrough ticks its first step. */
  hasRun: contextKey<boolean>('greenML.runs.any'),
  isOnPath: contextKey<boolean>('greenML.path'),
} as const;

/** The kinds of items in the history, by which menus choose commands. The kind of a run ends with its status. */
export const historyLines = { group: 'group', run: 'run.' } as const;
