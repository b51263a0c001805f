import { importedAs } from '../../python/canonical';
import { mentionsSuppression } from '../engine/mentions-suppression';
import { Prefilter } from '../engine/prefilter';
import type { SourceKind } from '../files/files';
import { ruleWords } from './rule-words';

/** Tells texts in which certainly nothing is to be found, without loading a rule. */
export class TextFilter {
  private prefilter: Prefilter | null = null;

  /** False only if no rule has anything to say about a text, whatever the settings. */
  mayConcern(text: string, kind: SourceKind): boolean {
    // What is linted is not this text, but cells of it or its lines with other ends.
    if (kind !== 'module' || text.length > ruleWords.longestText || /\r(?!\n)/.test(text)) return true;
    if (mentionsSuppression(text) || ruleWords.settledBy.some((pattern) => pattern.test(text))) return true;
    if (!packages.some((name) => text.includes(name))) return false;
    this.prefilter ??= new Prefilter(ruleWords.rules);
    return this.prefilter.rulesFor(ruleWords.rules, [text]).length > 0;
  }
}

/** A text that mentions none of them has no clue at all; most files outside machine learning are such. */
const packages = [
  ...new Set(
    ruleWords.rules
      .flatMap(({ clues }) => clues.flatMap((clue) => clue.packages))
      .flatMap((name) => [name, ...importedAs(name).flatMap(([first = name]) => first)]),
  ),
];
