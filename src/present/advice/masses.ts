import type { Estimate } from '../../units/estimate';
import { formatMass, toDigits } from '../words';

/** Grams of CO2-equivalent that stand beside each other, in one unit, with no more digits than their limits allow. */

/** Carbon dioxide and the other greenhouse gases, as the field writes it. */
export const co2e = 'CO₂e';

const units = [
  { grams: 1e6, name: 't' },
  { grams: 1000, name: 'kg' },
  { grams: 1, name: 'g' },
  { grams: 1e-3, name: 'mg' },
] as const;

/** A larger number is hard to read: the others get a larger unit then. */
const longNumber = 10_000;

/** The unit of `formatMass`. */
function unitOf(grams: number): (typeof units)[number] {
  const name = formatMass(Math.abs(grams)).split(' ').at(-1);
  return units.find((unit) => unit.name === name) ?? units[2];
}

/** "8.5 mg" and "170 mg" instead of "0.17 g"; a dash for what is unknown. */
export function massesAlike(grams: readonly (number | null)[]): readonly string[] {
  const known = grams.filter((each): each is number => each !== null && each > 0);
  if (known.length === 0) return grams.map(formatMass);
  const most = Math.max(...known);
  const small = unitOf(Math.min(...known));
  const unit = most / small.grams < longNumber ? small : unitOf(most);
  return grams.map((each) =>
    each === null || each === 0 ? formatMass(each) : `${numberIn(each, unit.grams, 3)} ${unit.name}`,
  );
}

/** A value in words, and its limits in the same unit; null if they are the same in as many digits. */
export function massWithin({ value, low, high }: Estimate): { readonly value: string; readonly range: string | null } {
  const unit = unitOf(value);
  const digits = digitsWithin(low, high);
  const [shown, from, to] = [value, low, high].map((each) => numberIn(each, unit.grams, digits));
  return {
    value: `${shown ?? ''} ${unit.name}`,
    range: from === to ? null : `${from ?? ''} to ${to ?? ''} ${unit.name}`,
  };
}

/** How many digits mean something between these limits. */
function digitsWithin(low: number, high: number): number {
  if (low === high) return 3;
  return low <= 0 || high / low > 4 ? 1 : 2;
}

/** Without an exponent, which `toDigits` has for very small numbers. */
function numberIn(grams: number, unit: number, digits: number): string {
  const number = toDigits(grams / unit, digits);
  return number.includes('e') ? Number(number).toFixed(9) : number;
}
