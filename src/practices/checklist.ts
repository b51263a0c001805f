import { practiceKey } from './practice';
import { practices } from './table';

/** One ticked or open item of the checklist. */
export interface ItemState {
  readonly done: boolean;
  /** The team's note; null if there is none. */
  readonly note: string | null;
}

/** One practice of the checklist. */
export interface PracticeState {
  /** Why the practice does not apply to this project; null if it applies. */
  readonly notApplicable: string | null;
  readonly items: ReadonlyMap<string, ItemState>;
}

/** The team's answers, by practice key (`P16`) and item id. Items without an answer are open. */
export interface Checklist {
  readonly practices: ReadonlyMap<string, PracticeState>;
}

/** One change by a person. */
export type ChecklistChange =
  | { readonly kind: 'tick'; readonly practice: number; readonly item: string; readonly done: boolean }
  /** The evidence for these items is accepted: all are ticked. */
  | { readonly kind: 'accept'; readonly items: readonly { readonly practice: number; readonly item: string }[] }
  | { readonly kind: 'note'; readonly practice: number; readonly item: string; readonly note: string | null }
  | { readonly kind: 'not-applicable'; readonly practice: number; readonly reason: string | null };

export const emptyChecklist: Checklist = { practices: new Map() };

const openItem: ItemState = { done: false, note: null };

const untouched: PracticeState = { notApplicable: null, items: new Map() };

export function practiceState(checklist: Checklist, number: number): PracticeState {
  return checklist.practices.get(practiceKey(number)) ?? untouched;
}

export function itemState(state: PracticeState, item: string): ItemState {
  return state.items.get(item) ?? openItem;
}

/** A reason or note as it is stored: trimmed, and null if it is empty. */
export function tidyText(text: string | null): string | null {
  const tidy = text?.trim() ?? '';
  return tidy === '' ? null : tidy;
}

/** The checklist after a change. Changes of unknown practices or items have no effect. */
export function withChange(checklist: Checklist, change: ChecklistChange): Checklist {
  if (change.kind === 'accept') {
    const ticks = change.items.map((item) => ({ kind: 'tick' as const, ...item, done: true }));
    return ticks.reduce<Checklist>(withChange, checklist);
  }
  const practice = practices.find(({ number }) => number === change.practice);
  if (practice === undefined) return checklist;
  const state = practiceState(checklist, change.practice);
  const changed = changedPractice(
    state,
    change,
    practice.items.map(({ id }) => id),
  );
  return { practices: new Map(checklist.practices).set(practiceKey(change.practice), changed) };
}

function changedPractice(
  state: PracticeState,
  change: Exclude<ChecklistChange, { kind: 'accept' }>,
  known: readonly string[],
): PracticeState {
  if (change.kind === 'not-applicable') return { ...state, notApplicable: tidyText(change.reason) };
  if (!known.includes(change.item)) return state;
  const item = itemState(state, change.item);
  const changed = change.kind === 'tick' ? { ...item, done: change.done } : { ...item, note: tidyText(change.note) };
  return { ...state, items: new Map(state.items).set(change.item, changed) };
}
