import type { FilteredRule } from '../engine/prefilter';
import { longestText } from '../engine/linter';
import { allRules } from '../rules';

/** What decides whether a text is worth loading the rules for. */
export interface RuleWords {
  /** The rules' clues, without what only their code can ask. */
  readonly rules: readonly FilteredRule[];
  /** Any of them means that a rule about whole projects has something to say. */
  readonly settledBy: readonly RegExp[];
  readonly longestText: number;
}

/** The build writes the result in place of this file, so that the built product needs no rule for it (scripts/rule-words.mjs). */
export const ruleWords: RuleWords = {
  rules: allRules.map(({ clues }) => ({ clues: clues.map((clue) => ({ ...clue, where: null })) })),
  settledBy: allRules.flatMap(({ settledBy }) => settledBy ?? []),
  longestText,
};
