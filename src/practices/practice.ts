import type { SourceId } from './sources';
import { localisable } from '../present/l10n';

/** The groups, in the order of a project's phases. */
export const groups = ['plan', 'start simple', 'when and where', 'adjust the code'] as const;

type Group = (typeof groups)[number];

export const groupTitles: Record<Group, string> = localisable({
  plan: 'Plan',
  'start simple': 'Start simple',
  'when and where': 'Choose when and where',
  'adjust the code': 'Adjust the code',
});

/** What a button of a practice does. The editor and the terminal each implement it. */
export type ActionId =
  | 'measure-run'
  | 'show-runs'
  | 'compare-runs'
  | 'write-statement'
  | 'set-budget'
  | 'set-location'
  | 'recommend-region'
  | 'best-time'
  | 'check-code';

/** A published figure, in our words, with its source. */
interface Figure {
  readonly text: string;
  readonly source: SourceId;
}

/** One item to tick. Its id is stored in the checklist file and never changes its meaning. */
export interface ChecklistItem {
  readonly id: string;
  readonly text: string;
}

/** A practice as it is written here. Rules of the linter name the practice that they belong to. */
export interface PracticeText {
  /** 1 to 17, as in the list that the practices come from. */
  readonly number: number;
  readonly title: string;
  readonly group: Group;
  /**
   * Where it comes among practices about which nothing is known in the project, the first is 1: practices with the
   * largest published effects that every project can use come first. Sparse networks pay off only for the largest
   * models, so they come late despite their figure.
   */
  readonly publishedRank: number;
  /** What to do, in one sentence. */
  readonly what: string;
  /** Why it helps, and when it does not. */
  readonly why: string;
  readonly figures: readonly Figure[];
  /** Where to read more, besides the sources of the figures. */
  readonly links: readonly SourceId[];
  /** Two to five. */
  readonly items: readonly ChecklistItem[];
  readonly actions: readonly ActionId[];
}

export interface Practice extends PracticeText {
  /** Linter rules whose findings are evidence for or against this practice. */
  readonly rules: readonly string[];
}

/** "P16", as in the checklist file and in `green-ml lint --select P16`. */
export function practiceKey(number: number): string {
  return `P${number}`;
}
