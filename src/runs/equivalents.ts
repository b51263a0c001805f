/** An amount of emissions compared with something familiar. Shown only on request, with its source. */
interface Equivalent {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export const equivalentsSource =
  'Green Algorithms (Lannelongue et al. 2021, doi:10.1002/advs.202100707), data of the calculator v2';

/** Grams of CO2-equivalent for one unit, as Green Algorithms states them. */
const references = [
  { name: 'driving an average European car', unit: 'km', grams: 175 },
  { name: 'driving an average US car', unit: 'km', grams: 251 },
  { name: 'what a mature tree takes up', unit: 'tree-years', grams: 11_000 },
  { name: 'a passenger on a Paris–London flight', unit: 'flights', grams: 50_000 },
  { name: 'a passenger on a New York–San Francisco flight', unit: 'flights', grams: 570_000 },
] as const;

export function equivalents(grams: number): readonly Equivalent[] {
  return references.map((reference) => ({
    name: reference.name,
    value: grams / reference.grams,
    unit: reference.unit,
  }));
}
