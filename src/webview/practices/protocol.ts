import * as v from 'valibot';
import { items, lenient, positiveInteger, type Shaped } from '../../system/shapes';

/*
 * The messages between the editor and the practices page. Both sides import the shapes, derive their types from them,
 * and drop messages that do not fit. All values can be sent as JSON.
 */

const linkView = v.object({ name: v.string(), title: v.string(), url: v.string() });

export type LinkView = Shaped<typeof linkView>;

const figureView = v.object({ text: v.string(), source: linkView });

export type FigureView = Shaped<typeof figureView>;

/** The part of a practice that never changes. */
const practiceContent = v.object({
  number: v.number(),
  title: v.string(),
  what: v.string(),
  why: v.string(),
  figures: v.array(figureView),
  links: v.array(linkView),
  items: v.array(v.object({ id: v.string(), text: v.string() })),
});

export type PracticeContent = Shaped<typeof practiceContent>;

/** Where the page is shown: as an editor tab or in the side bar. */
const pagePlace = v.picklist(['editor', 'side-bar']);

export type PagePlace = Shaped<typeof pagePlace>;

const pageContent = v.object({
  place: pagePlace,
  groups: v.array(v.object({ title: v.string(), practices: v.array(practiceContent) })),
  beyond: v.array(v.object({ title: v.string(), text: v.string(), source: linkView })),
});

export type PageContent = Shaped<typeof pageContent>;

const statusView = v.picklist(['done', 'open', 'contradicted', 'not-applicable']);

export type StatusView = Shaped<typeof statusView>;

/** Counted from 0. */
const cell = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0)));

/** Counted from 1. */
const line = positiveInteger;

const placeView = v.object({ label: v.string(), path: v.string(), cell, line });

export type PlaceView = Shaped<typeof placeView>;

const evidenceView = v.object({
  text: v.string(),
  verdict: v.picklist(['for', 'against', 'neutral']),
  /** The origin, for people: "linter", "recorded runs". */
  source: v.string(),
  places: v.array(placeView),
});

export type EvidenceView = Shaped<typeof evidenceView>;

const itemView = v.object({
  id: v.string(),
  done: v.boolean(),
  note: v.nullable(v.string()),
  contradicted: v.boolean(),
  looksDone: v.boolean(),
});

export type ItemView = Shaped<typeof itemView>;

const practiceView = v.object({
  number: v.number(),
  status: statusView,
  notApplicable: v.nullable(v.string()),
  items: v.array(itemView),
  evidence: v.array(evidenceView),
  actions: v.array(v.object({ id: v.string(), title: v.string() })),
});

export type PracticeView = Shaped<typeof practiceView>;

const suggestionView = v.object({
  number: v.number(),
  title: v.string(),
  /** What the suggestion is based on, in a few words. */
  basis: v.string(),
  reason: v.string(),
});

/** What changes while the page is open. */
const pageState = v.object({
  folders: v.array(v.object({ id: v.string(), name: v.string() })),
  /** The folder whose practices are shown; null if none is open. */
  folder: v.nullable(v.string()),
  /** Why the checklist cannot be used or written, and what to do; null if there is no problem. */
  problem: v.nullable(
    v.object({ text: v.string(), offers: v.nullable(v.picklist(['open-checklist', 'open-folder'])) }),
  ),
  /** False if nothing can be ticked: there is no folder, or the checklist must not be written. */
  editable: v.boolean(),
  progress: v.object({ done: v.number(), applicable: v.number(), contradicted: v.number() }),
  practices: v.array(practiceView),
  next: v.array(suggestionView),
  /** True while evidence is being gathered. */
  gathering: v.boolean(),
  /** False until all evidence has been gathered once: what follows from it is not known yet. */
  evidenceKnown: v.boolean(),
  /** What could not be checked, one sentence each. */
  notes: v.array(v.string()),
});

export type PageState = Shaped<typeof pageState>;

/** From the editor to the page. */
export const toPage = v.variant('type', [
  v.object({ type: v.literal('content'), content: pageContent }),
  v.object({ type: v.literal('state'), state: pageState }),
  v.object({ type: v.literal('reveal'), practice: v.number() }),
]);

export type ToPage = Shaped<typeof toPage>;

/** One change that a person made to the checklist. */
const changeView = v.variant('kind', [
  v.object({ kind: v.literal('tick'), practice: v.number(), item: v.string(), done: v.boolean() }),
  v.object({ kind: v.literal('accept'), items: v.array(v.object({ practice: v.number(), item: v.string() })) }),
  v.object({ kind: v.literal('note'), practice: v.number(), item: v.string(), note: v.string() }),
  v.object({ kind: v.literal('not-applicable'), practice: v.number(), reason: v.nullable(v.string()) }),
]);

/** From the page to the editor. */
export const toHost = v.variant('type', [
  v.object({ type: v.literal('ready'), folder: v.nullable(v.string()) }),
  v.object({ type: v.literal('select-folder'), folder: v.string() }),
  v.object({ type: v.literal('change'), change: changeView }),
  v.object({ type: v.literal('open-place'), path: v.string(), cell, line }),
  v.object({ type: v.literal('action'), practice: v.number(), action: v.string() }),
  v.object({ type: v.picklist(['refresh', 'copy-report', 'open-checklist', 'open-folder']) }),
]);

export type ToHost = Shaped<typeof toHost>;

export const filters = ['all', 'open', 'contradicted', 'done', 'not-applicable'] as const;

/** What the page remembers when it is reloaded. */
export const pageMemory = lenient({
  folder: v.string(),
  expanded: items(v.number()),
  filter: v.fallback(v.picklist(filters), 'all'),
  search: v.fallback(v.string(), ''),
  scroll: v.fallback(v.number(), 0),
});

export type PageMemory = Shaped<typeof pageMemory>;

export interface PracticesProtocol {
  readonly toPage: ToPage;
  readonly fromPage: ToHost;
  readonly memory: PageMemory;
}
