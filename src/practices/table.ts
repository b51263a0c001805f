import type { Practice } from './practice';
import { adjustTheCodePractices } from './table/adjust-the-code';
import { planPractices } from './table/plan';
import { startSimplePractices } from './table/start-simple';
import { whenAndWherePractices } from './table/when-and-where';

/**
 * The 17 practices, in the order and grouping of the list that they come from (Ludvigsen 2021), in our own words;
 * every figure names its source.
 */
export const practices: readonly Practice[] = [
  ...planPractices,
  ...startSimplePractices,
  ...whenAndWherePractices,
  ...adjustTheCodePractices,
];

export function findPractice(number: number): Practice | null {
  return practices.find((practice) => practice.number === number) ?? null;
}
