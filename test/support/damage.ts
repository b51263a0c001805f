import fc from 'fast-check';

/** Something in a text that is replaced. */
interface Damage {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

interface Extent {
  /** Characters that one damage takes away at most. */
  readonly remove: number;
  /** Damages of one text. */
  readonly least?: number;
  readonly most: number;
}

/** Damages of a text with so many characters. */
export const damages = (
  length: number,
  insert: fc.Arbitrary<string>,
  { remove, least = 0, most }: Extent,
): fc.Arbitrary<readonly Damage[]> =>
  fc.array(fc.record({ at: fc.nat(length), remove: fc.nat(remove), insert }), { minLength: least, maxLength: most });

/** The text after its damages, one after another. Places behind its end are counted from its start again. */
export const damaged = (text: string, all: readonly Damage[]): string =>
  all.reduce((whole, { at, remove, insert }) => {
    const place = at % (whole.length + 1);
    return whole.slice(0, place) + insert + whole.slice(place + remove);
  }, text);
