import type { Rule } from './rule';

type Optional = 'enabled' | 'thresholds' | 'apis' | 'methods' | 'words' | 'related' | 'settledBy';

/** A rule with what most rules leave as it is. */
export function defineRule(rule: Omit<Rule, Optional> & Partial<Pick<Rule, Optional>>): Rule {
  return { enabled: true, thresholds: {}, apis: [], methods: [], words: [], related: [], settledBy: null, ...rule };
}
