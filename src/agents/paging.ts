import { wholeNumber } from './parameters';
import { roughTokens } from './tokens';
import type { AgentAnswer } from './tool';

/** The parameters of a tool whose answer may be long. */
export const pageParameters = (usualLimit: number) => ({
  offset: wholeNumber(0, 1e6, 'Entries to skip; default 0.'),
  limit: wholeNumber(1, 50, `Entries to return; default ${usualLimit}.`),
});

/** Tokens of an entry on a page that is as long as it should be. */
const tokensEach = 75;

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
  let left = limit * tokensEach - roughTokens(JSON.stringify(rest));
  const end = entries.findIndex((entry) => (left -= roughTokens(JSON.stringify(entry))) < 0);
  return end < 0 ? entries : entries.slice(0, Math.max(1, end));
}
