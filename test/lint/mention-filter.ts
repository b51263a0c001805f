import type { RuleFilter } from '../../src/lint/engine/prefilter';
import { lastName } from '../../src/lint/engine/query';
import type { Rule } from '../../src/lint/engine/rule';
import { allRules } from '../../src/lint/rules';
import { Vocabulary } from '../../src/python/vocabulary';

/** Lets a rule see every text with one of its packages and one of its words anywhere, in comments and strings too. */
export class MentionFilter implements RuleFilter {
  private readonly words = new Map<Rule, Vocabulary>();

  rulesFor(rules: readonly Rule[], texts: readonly string[]): readonly Rule[] {
    const text = texts.join('\n');
    return rules.filter(
      (rule) => rule.packages.some((name) => text.includes(name)) && this.wordsOf(rule).find(text).size > 0,
    );
  }

  concerns(rules: readonly Rule[], texts: readonly string[]): boolean {
    return this.rulesFor(rules, texts).length > 0;
  }

  private wordsOf(rule: Rule): Vocabulary {
    let words = this.words.get(rule);
    if (words === undefined) {
      const names = rule.apis.map(lastName);
      const isClass = (name: string): boolean => /^[A-Z]/.test(name);
      words = new Vocabulary(
        [...names.filter(isClass), ...rule.words],
        [...names.filter((name) => !isClass(name)), ...rule.methods],
      );
      this.words.set(rule, words);
    }
    return words;
  }
}

/** Every threshold as low as it goes, so that there is more to find. */
export const lowestThresholds = Object.fromEntries(
  allRules.map((rule) => [
    rule.id,
    Object.fromEntries(
      Object.entries(rule.thresholds).map(([name, { default: standard }]) => [name, Math.min(1, standard)]),
    ),
  ]),
);
