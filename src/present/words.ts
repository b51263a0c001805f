import { english, type Translate } from './l10n';

/**
 * Formats numbers, quantities, counts, lists and dates for people. A quantity has at most three significant digits, and
 * if possible a unit with which the number is between 1 and 1000. Null is unknown and becomes a dash.
 *
 * All text is English, so a plural needs only one comparison. `Intl` is used only for what we do not know (names of
 * countries, time zones), because its first object costs about 20 ms of CPU time.
 */

const unknown = '–';

/** Places in code that one line of evidence shows; reports count the others, and the page opens them on demand. */
export const placesShown = 5;

/** Up to `digits` significant digits, without trailing zeros and without an exponent. */
export function significant(value: number, digits = 3): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.max(0, Math.min(12, digits - 1 - magnitude));
  const text = value.toFixed(decimals);
  if (!text.includes('.')) return text;
  let end = text.length;
  while (text[end - 1] === '0') end -= 1;
  return text.slice(0, text[end - 1] === '.' ? end - 1 : end);
}

/** A unit of a quantity. */
export interface UnitStep {
  readonly factor: number;
  readonly unit: string;
  /** The smallest value shown in this unit, if not 1: 0.32 Wh reads better than 320 mWh. */
  readonly from?: number;
}

/** The unit in which a value reads best: the first whose number is not too small, else the last. */
export function bestUnit(value: number, steps: readonly UnitStep[]): UnitStep {
  const size = Math.abs(value);
  // 999.6 W would round to "1000 W", so compare the rounded value.
  const found = steps.find(({ factor, from = 1 }) => size >= factor * from * 0.9995) ?? steps.at(-1);
  if (found === undefined) throw new Error('A quantity needs a unit.');
  return found;
}

/** No figure is shown more exactly: a smaller number means nothing to a person. */
const smallest = 0.01;

/** The number of a value in a unit: "3.2", or "<0.01" if it is smaller than what can be shown. */
export function numberIn(value: number, { factor }: UnitStep, digits: number): string {
  const number = value / factor;
  return number > 0 && number < smallest ? `<${smallest}` : significant(Number(number.toPrecision(digits)), digits);
}

function scaled(value: number, steps: readonly UnitStep[], digits = 3): string {
  const step = bestUnit(value, steps);
  return `${numberIn(value, step, digits)} ${step.unit}`;
}

const powerSteps = [
  { factor: 1e6, unit: 'MW' },
  { factor: 1000, unit: 'kW' },
  { factor: 1, unit: 'W' },
];
export const energySteps: readonly UnitStep[] = [
  { factor: 1e6, unit: 'MWh' },
  { factor: 1000, unit: 'kWh' },
  { factor: 1, unit: 'Wh', from: 0.1 },
  { factor: 1e-3, unit: 'mWh' },
];
export const massSteps: readonly UnitStep[] = [
  { factor: 1e6, unit: 't' },
  { factor: 1000, unit: 'kg' },
  { factor: 1, unit: 'g', from: 0.1 },
  { factor: 1e-3, unit: 'mg' },
];

export function formatPower(watts: number | null): string {
  if (watts === null) return `${unknown} W`;
  if (watts === 0) return '0 W';
  if (Math.abs(watts) < 0.1) return scaled(watts, powerSteps, 1);
  return Math.abs(watts) < 9.95 ? `${significant(watts, 2)} W` : scaled(Math.round(watts), powerSteps);
}

export function formatEnergy(wattHours: number | null): string {
  if (wattHours === null) return `${unknown} Wh`;
  if (wattHours === 0) return '0 Wh';
  return scaled(wattHours, energySteps);
}

/** Grams of CO2-equivalent. */
export function formatMass(grams: number | null): string {
  if (grams === null) return `${unknown} g`;
  if (grams === 0) return '0 g';
  return scaled(grams, massSteps);
}

/** "0.4 s", "42 s", "3 min 20 s", "2 h 5 min", "3 d 4 h". */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${significant(seconds, 2)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const parts: readonly (readonly [size: number, unit: string])[] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const first = parts.findIndex(([size]) => whole >= size);
  const [size, unit] = parts[first] ?? [1, 's'];
  const [nextSize, nextUnit] = parts[first + 1] ?? [1, 's'];
  const rest = Math.floor((whole % size) / nextSize);
  return rest === 0 ? `${Math.floor(whole / size)} ${unit}` : `${Math.floor(whole / size)} ${unit} ${rest} ${nextUnit}`;
}

/** A share between 0 and 1 as a percentage: "0.4 %", "21 %". */
export function formatShare(share: number): string {
  return `${significant(share * 100, 2)} %`;
}

/** A limit of a band as a factor: "0.46", "1.6", "4.88". */
export function formatFactor(factor: number): string {
  return significant(factor);
}

/** A number with up to `digits` significant digits: "21.8", "0.0042", "1230". */
export function toDigits(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}

/** Up to so many decimals, without trailing zeros: "3", "2.75". */
export function toDecimals(value: number, most: number): string {
  return String(Number(value.toFixed(most)));
}

/** A number with three significant digits, the precision of figures from tables. */
export function threeDigits(value: number | null): string {
  return value === null ? unknown : toDigits(value, 3);
}

/** A percentage as a whole number: "21 %". */
export function wholePercent(value: number | null): string {
  return value === null ? unknown : `${Math.round(value)} %`;
}

/** A change: "−12 %", "+3 %" */
export function signedPercent(percent: number): string {
  return `${percent < 0 ? '−' : '+'}${Math.round(Math.abs(percent))} %`;
}

/** "6.18 USD" */
export function formatUsd(usd: number | null): string {
  return usd === null ? unknown : `${usdAmount(usd)} USD`;
}

/** "6.18", where the currency stands beside it. */
export function usdAmount(usd: number | null): string {
  return usd === null ? unknown : usd.toFixed(2);
}

/** A large number in words: "16.8 million". */
export function large(number: number): string {
  if (number < 1e6) return grouped(number);
  return number < 1e9
    ? `${(number / 1e6).toFixed(number < 1e7 ? 2 : 1)} million`
    : `${(number / 1e9).toFixed(1)} billion`;
}

/** With a comma between thousands: "16,384". */
export function grouped(number: number): string {
  // Node needs 10 ms of processor time for its first number in a language.
  if (!Number.isSafeInteger(number) || number < 0 || Object.is(number, -0)) return number.toLocaleString('en');
  const digits = String(number);
  let text = '';
  for (let end = digits.length; end > 0; end -= 3)
    text = digits.slice(Math.max(0, end - 3), end) + (text === '' ? '' : `,${text}`);
  return text;
}

/** The noun for a count: "run" for 1, otherwise "runs". */
export function plural(count: number, one: string, several = `${one}s`): string {
  return count === 1 ? one : several;
}

/** "1 run", "3 runs", "1,441 fits" */
export function counted(count: number, one: string, several?: string): string {
  return `${grouped(count)} ${plural(count, one, several)}`;
}

/** "one run", "3 runs": for use in a sentence. */
export function countedInText(count: number, one: string): string {
  return count === 1 ? `one ${one}` : counted(count, one);
}

/** The same text with a capital at its start: "one run" begins a sentence as "One run". */
export function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** "a, b and c" */
export function allOf(names: readonly string[], t: Translate = english): string {
  return joined(names, t('and'));
}

/** "a, b or c" */
export function oneOf(names: readonly string[], t: Translate = english): string {
  return joined(names, t('or'));
}

function joined(names: readonly string[], word: string): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1) ?? ''}`;
}

/** "2026-11-21", local time. */
export function dayKey(date: Date): string {
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

/** "14:05", local time. */
export function clockTime(date: Date): string {
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

/** "2026-11-21 14:05", local time. */
export function dayAndClock(date: Date): string {
  return `${dayKey(date)} ${clockTime(date)}`;
}

/** "07" */
export function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
