import { importedAs } from '../../python/canonical';
import { longestText } from '../engine/linter';
import type { Clue } from '../engine/query';
import { allRules } from '../rules';

/** What decides whether a text is worth loading the rules for. */
interface RuleWords {
  /** The clues of all rules, each once. */
  readonly clues: readonly MentionClue[];
  /** Any of them means that a rule about whole projects has something to say. */
  readonly settledBy: readonly RegExp[];
  readonly longestText: number;
}

/** The words of a clue, without the question how they are used: all words of one way, and one of every group. */
interface MentionClue {
  readonly ways: readonly (readonly string[])[];
  readonly groups: readonly (readonly string[])[];
}

function mentionsOf({ packages, imported, groups }: Clue): MentionClue {
  return {
    ways: packages.flatMap((name) => (imported ? importedAs(name) : [[name]])),
    groups: groups.map((group) => group.map(({ word }) => word)),
  };
}

function cluesOf(clues: readonly Clue[]): readonly MentionClue[] {
  const byText = new Map(clues.map(mentionsOf).map((clue) => [JSON.stringify(clue), clue]));
  return [...byText.values()];
}

/** The build puts the result in place of this file (scripts/rule-words.mjs), so that the built product needs no rule for it. */
export const ruleWords: RuleWords = {
  clues: cluesOf(allRules.flatMap(({ clues }) => clues)),
  settledBy: allRules.flatMap(({ settledBy }) => settledBy ?? []),
  longestText,
};
