import { wholeNumber } from './parameters';

/** The parameters of a tool whose answer may be long. */
export const pageParameters = (usualLimit: number) => ({
  offset: wholeNumber(0, 1e6, 'Entries to skip; default 0.'),
  limit: wholeNumber(1, 50, `Entries to return; default ${usualLimit}.`),
});

/** One page of a list, and how to get the next one. */
export function pageOf<T>(
  all: readonly T[],
  { offset, limit }: { readonly offset: number; readonly limit: number },
): { readonly shown: readonly T[]; readonly next: { readonly nextOffset: number } | Record<string, never> } {
  const shown = all.slice(offset, offset + limit);
  return { shown, next: offset + limit < all.length ? { nextOffset: offset + limit } : {} };
}
