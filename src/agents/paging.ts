import { wholeNumber } from './parameters';
import type { AgentAnswer } from './tool';

/** The parameters of a tool whose answer may be long. */
export const pageParameters = (usualLimit: number) => ({
  offset: wholeNumber(0, 1e6, 'Entries to skip; default 0.'),
  limit: wholeNumber(1, 50, `Entries to return; default ${usualLimit}.`),
});

/** Characters of an entry on a page that is as long as it should be: 75 tokens or fewer, at 3.3 characters or more each. */
const longestEach = 247;

/** One page of a list, and how to get the next one. */
export function pageOf<T>(
  all: readonly T[],
  { offset, limit }: { readonly offset: number; readonly limit: number },
): { readonly shown: readonly T[]; readonly next: { readonly nextOffset: number } | Record<string, never> } {
  const shown = all.slice(offset, offset + limit);
  return { shown, next: offset + limit < all.length ? { nextOffset: offset + limit } : {} };
}

/**
 * The entries of a page that a model reads without much cost: fewer than the limit if they are long, but at least one.
 *
 * @param rest what else the answer says
 */
export function shortPage(entries: readonly AgentAnswer[], limit: number, rest: AgentAnswer): readonly AgentAnswer[] {
  let left = limit * longestEach - JSON.stringify(rest).length;
  const end = entries.findIndex((entry) => (left -= JSON.stringify(entry).length) < 0);
  return end < 0 ? entries : entries.slice(0, Math.max(1, end));
}
