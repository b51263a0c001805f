import { wholeNumber } from './parameters';

/** The parameters of a tool whose answer may be long. */
export const pageParameters = {
  offset: wholeNumber(0, 1e6, 'How many entries to skip; default 0.'),
  limit: wholeNumber(1, 50, 'How many entries to return; default 20.'),
};

const usualLimit = 20;

/** One page of a list, and how to get the next one. */
export function pageOf<T>(
  all: readonly T[],
  { offset = 0, limit = usualLimit }: { readonly offset?: number; readonly limit?: number },
): { readonly shown: readonly T[]; readonly next: { readonly nextOffset: number } | Record<string, never> } {
  const shown = all.slice(offset, offset + limit);
  return { shown, next: offset + limit < all.length ? { nextOffset: offset + limit } : {} };
}
