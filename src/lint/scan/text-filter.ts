import { Mentions } from '../engine/mentions';
import { mentionsSuppression } from '../engine/mentions-suppression';
import type { SourceKind } from '../files/files';
import { maySendScripts } from '../libraries/cloud-jobs';
import { ruleWords } from './rule-words';

/**
 * False only if no rule has anything to say about a text, whatever the settings. It loads no rule, and is less exact than the
 * prefilter, which knows how words are used, but would take as long to set up as a small file takes to lint.
 */
export function mayConcernRules(text: string, kind: SourceKind): boolean {
  // What is linted is not this text, but cells of it or its lines with other ends.
  if (kind !== 'module' || text.length > ruleWords.longestText || /\r(?!\n)/.test(text)) return true;
  if (mentionsSuppression(text)) return true;
  const mentions = new Mentions([text]);
  const has = (word: string): boolean => mentions.has(word);
  return (
    ruleWords.clues.some(
      ({ ways, groups }) => ways.some((way) => way.every(has)) && groups.every((group) => group.some(has)),
    ) ||
    ruleWords.settledBy.some((pattern) => pattern.test(text)) ||
    maySendScripts(text)
  );
}
