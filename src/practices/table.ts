import type { Practice, PracticeText } from './practice';
import { ruleEvidence } from './rule-evidence';
import { adjustTheCodePractices } from './table/adjust-the-code';
import { planPractices } from './table/plan';
import { startSimplePractices } from './table/start-simple';
import { whenAndWherePractices } from './table/when-and-where';

/**
 * The 17 practices, in the order and grouping of the list that they come from (Ludvigsen 2021), in our own words;
 * every figure names its source.
 */
export const practices: readonly Practice[] = (
  [
    ...planPractices,
    ...startSimplePractices,
    ...whenAndWherePractices,
    ...adjustTheCodePractices,
  ] as readonly PracticeText[]
).map((practice) => ({ ...practice, rules: rulesOf(practice.number) }));

/** The rules that are evidence for a practice. */
function rulesOf(number: number): readonly string[] {
  return [...ruleEvidence].filter(([, { practice }]) => practice === number).map(([id]) => id);
}

export function findPractice(number: number): Practice | null {
  return practices.find((practice) => practice.number === number) ?? null;
}
