import {
  bestUnit,
  energySteps,
  formatEnergy,
  formatMass,
  massSteps,
  numberIn,
  significant,
  type UnitStep,
} from './words';
import { english, type Translate } from './l10n';

/**
 * Estimates as people read them: a value and its limits in one unit, with no more digits than the limits allow, and "~"
 * where anything is modelled.
 */

/** The limits between which the truth is expected; null where they are unknown. */
interface Limits {
  readonly low: number | null;
  readonly high: number | null;
}

/** A value in words, and its limits in the same unit. */
export interface ShownEstimate {
  /** "3.2 Wh", "4 mWh" */
  readonly value: string;
  /** "1.9 to 5.2 Wh", "up to 13 mWh"; null if no range is known. */
  readonly range: string | null;
}

/** Carbon dioxide and the other greenhouse gases, as the field writes it. */
export const co2e = 'CO₂e';

/** Above this factor between the limits, one digit is all that is known. */
const oneDigitFactor = 4;
/** Below this one, three digits are. */
const threeDigitsFactor = 1.1;

/** How many digits of a value mean something if the truth lies between these limits. */
export function digitsWithin({ low, high }: Limits): number {
  if (low === null || high === null || low === high) return 3;
  if (low <= 0) return 1;
  const factor = high / low;
  return factor >= oneDigitFactor ? 1 : factor >= threeDigitsFactor ? 2 : 3;
}

/** Watt-hours. */
export function energyWithin(wattHours: number | null, limits: Limits, t: Translate = english): ShownEstimate {
  return wattHours === null ? { value: formatEnergy(null), range: null } : within(wattHours, limits, energySteps, t);
}

/** Grams of CO2-equivalent. */
export function massWithin(grams: number | null, limits: Limits, t: Translate = english): ShownEstimate {
  return grams === null ? { value: formatMass(null), range: null } : within(grams, limits, massSteps, t);
}

/** A figure, and with its limits how many of its digits mean something: three without them. */
type Figure = number | null | (Limits & { readonly value: number | null });

const unlimited: Limits = { low: null, high: null };

/** Watt-hours that stand beside each other, in one unit: "21 mWh" and "413 mWh" instead of "0.413 Wh". */
export function energiesAlike(wattHours: readonly Figure[]): readonly string[] {
  return alike(wattHours, formatEnergy, energySteps);
}

/** Grams that stand beside each other, in one unit. */
export function massesAlike(grams: readonly Figure[]): readonly string[] {
  return alike(grams, formatMass, massSteps);
}

function alike(
  figures: readonly Figure[],
  format: (value: number | null) => string,
  steps: readonly UnitStep[],
): readonly string[] {
  const limited = figures.map((figure) =>
    typeof figure === 'number' || figure === null ? { ...unlimited, value: figure } : figure,
  );
  const values = limited.map(({ value }) => value);
  const known = values.flatMap((value) => (value !== null && value > 0 ? [value] : []));
  if (known.length === 0) return values.map(format);
  const small = bestUnit(Math.min(...known), steps);
  const most = Math.max(...known);
  // The smaller number's unit, unless the larger one would get too long in it.
  const unit = most / small.factor < longNumber ? small : bestUnit(most, steps);
  return limited.map(({ value, ...limits }) =>
    value === null || value === 0 ? format(value) : `${rounded(value, unit, digitsWithin(limits))} ${unit.unit}`,
  );
}

const longNumber = 10_000;

/** "~3.2 Wh" for a figure that is not measured; what is too small to show has its own mark already. */
export function about(isModelled: boolean, text: string): string {
  return isModelled && !text.startsWith('<') ? `~${text}` : text;
}

function within(value: number, limits: Limits, steps: readonly UnitStep[], t: Translate): ShownEstimate {
  if (value === 0) return { value: `0 ${steps === massSteps ? 'g' : 'Wh'}`, range: rangeIn(limits, null, steps, t) };
  const unit = bestUnit(value, steps);
  return {
    value: `${rounded(value, unit, digitsWithin(limits))} ${unit.unit}`,
    range: rangeIn(limits, unit, steps, t),
  };
}

/** One digit of a number that begins with 1 may be wrong by a half: it gets a second one. */
function rounded(value: number, unit: UnitStep, digits: number): string {
  const beginsWithOne =
    digits === 1 &&
    significant(value / unit.factor, 2)
      .replace(/[.0]/g, '')
      .startsWith('1');
  return numberIn(value, unit, beginsWithOne ? 2 : digits);
}

function rangeIn(
  { low, high }: Limits,
  beside: UnitStep | null,
  steps: readonly UnitStep[],
  t: Translate,
): string | null {
  if (low === null || high === null || low === high) return null;
  const unit = beside ?? bestUnit(high, steps);
  const [from, to] = [low, high].map((limit) => numberIn(limit, unit, Math.max(2, digitsWithin({ low, high }))));
  // Both are too small to show, as the value says already.
  if (to?.startsWith('<') === true) return null;
  const isFromNothing = low <= 0 || from?.startsWith('<') === true;
  const most = `${to ?? ''} ${unit.unit}`;
  return isFromNothing ? t('up to {0}', most) : t('{0} to {1}', from ?? '', most);
}
