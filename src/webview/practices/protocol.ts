/** What the practices page and its host tell each other. Everything here survives a trip through JSON. */

export interface LinkView {
  readonly name: string;
  readonly title: string;
  readonly url: string;
}

export interface FigureView {
  readonly text: string;
  readonly source: LinkView;
}

/** The part of a practice that never changes. */
export interface PracticeContent {
  readonly number: number;
  readonly title: string;
  readonly what: string;
  readonly why: string;
  readonly figures: readonly FigureView[];
  readonly links: readonly LinkView[];
  readonly items: readonly { readonly id: string; readonly text: string }[];
}

/** Where the page is: in an editor, or in the side bar. */
export type PagePlace = 'editor' | 'side-bar';

export interface PageContent {
  readonly place: PagePlace;
  readonly groups: readonly { readonly title: string; readonly practices: readonly PracticeContent[] }[];
  readonly beyond: readonly { readonly title: string; readonly text: string; readonly source: LinkView }[];
}

export type StatusView = 'done' | 'open' | 'contradicted' | 'not-applicable';

export interface PlaceView {
  readonly label: string;
  readonly path: string;
  readonly cell: number | null;
  readonly line: number;
}

export interface EvidenceView {
  readonly text: string;
  readonly verdict: 'for' | 'against' | 'neutral';
  /** Where it comes from, for people: "linter", "recorded runs". */
  readonly source: string;
  readonly places: readonly PlaceView[];
}

export interface ItemView {
  readonly id: string;
  readonly done: boolean;
  readonly note: string | null;
  readonly contradicted: boolean;
  readonly looksDone: boolean;
}

export interface PracticeView {
  readonly number: number;
  readonly status: StatusView;
  readonly notApplicable: string | null;
  readonly items: readonly ItemView[];
  readonly evidence: readonly EvidenceView[];
  readonly actions: readonly { readonly id: string; readonly title: string }[];
}

export interface SuggestionView {
  readonly number: number;
  readonly title: string;
  /** What the suggestion rests on, in a few words. */
  readonly basis: string;
  readonly reason: string;
}

/** What changes while the page is open. */
export interface PageState {
  readonly folders: readonly { readonly id: string; readonly name: string }[];
  /** The folder whose practices are shown; null when none is open. */
  readonly folder: string | null;
  /** Why the checklist cannot be used or written, and what to do; null when all is well. */
  readonly problem: { readonly text: string; readonly canOpen: boolean } | null;
  /** False when nothing can be ticked: no folder, or a checklist that must not be written. */
  readonly editable: boolean;
  readonly progress: { readonly done: number; readonly applicable: number; readonly contradicted: number };
  readonly practices: readonly PracticeView[];
  readonly next: readonly SuggestionView[];
  /** True while evidence is being gathered. */
  readonly gathering: boolean;
  /** What could not be looked at, one sentence each. */
  readonly notes: readonly string[];
}

export type ToPage =
  | { readonly type: 'content'; readonly content: PageContent }
  | { readonly type: 'state'; readonly state: PageState }
  | { readonly type: 'reveal'; readonly practice: number };

/** One deliberate act on the checklist. */
export type ChangeView =
  | { readonly kind: 'tick'; readonly practice: number; readonly item: string; readonly done: boolean }
  | { readonly kind: 'note'; readonly practice: number; readonly item: string; readonly note: string }
  | { readonly kind: 'not-applicable'; readonly practice: number; readonly reason: string | null };

export type ToHost =
  | { readonly type: 'ready'; readonly folder: string | null }
  | { readonly type: 'select-folder'; readonly folder: string }
  | { readonly type: 'change'; readonly change: ChangeView }
  | { readonly type: 'open-place'; readonly path: string; readonly cell: number | null; readonly line: number }
  | { readonly type: 'action'; readonly practice: number; readonly action: string }
  | { readonly type: 'refresh' }
  | { readonly type: 'copy-report' }
  | { readonly type: 'open-checklist' };

export interface PracticesProtocol {
  readonly toPage: ToPage;
  readonly fromPage: ToHost;
}

/** What the page remembers over a reload. */
export interface PageMemory {
  readonly folder: string | null;
  readonly expanded: readonly number[];
  readonly filter: string;
  readonly search: string;
  readonly scroll: number;
}
