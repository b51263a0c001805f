import { InvalidArgumentError } from 'commander';
import { mostGramsPerKWh, mostPue } from '../place/limits';

/** Parsers for options that take a number; their errors become part of commander's message. */

/** The highest accepted values: far above anything real, and far below where numbers lose precision. */
export const most = {
  /** A power station. */
  watts: 1e9,
  devices: 1e7,
  /** A century. */
  hours: 876_000,
  gigabytes: 1e9,
  /** A hundred times the electricity of the world in a year. */
  kilowattHours: 1e15,
  kilograms: 1e12,
  units: 1e15,
  /** Ten times the dirtiest power station. */
  gramsPerKWh: mostGramsPerKWh,
  /** The highest measured PUE is about 3. */
  pue: mostPue,
  milliseconds: 60_000,
  usd: 1e6,
} as const;

/** Digits with at most one decimal point and an exponent: no hexadecimal, no comma, no Infinity. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Nobody plans with smaller quantities, and dividing by them gives meaningless figures. */
const least = 1e-9;

function parse(text: string, allowed: (value: number) => boolean, hint: string, to = Infinity): number {
  const written = text.trim();
  if (/^[+-]?[\d.]*,[\d,.]*$/.test(written))
    throw new InvalidArgumentError('Write the number without commas and with a decimal point, as in 1.5.');
  const value = decimal.test(written) ? Number(written) : NaN;
  if (value > to) throw new InvalidArgumentError(`Write a number of at most ${plainNumber(to)}.`);
  if (!Number.isFinite(value) || !allowed(value)) throw new InvalidArgumentError(hint);
  return value;
}

/** A number from `from` to `to`, inclusive. */
export function atLeast(from: number, to: number): (text: string) => number {
  return (text) => parse(text, (value) => value >= from, `Write a number of ${from} or more.`, to);
}

/** A number above 0, up to `to`. */
export function moreThanZero(to: number): (text: string) => number {
  return (text) => parse(text, (value) => value >= least, 'Write a number above 0.', to);
}

/** A share between 0 and 1, inclusive. */
export function share(text: string): number {
  return parse(text, (value) => value >= 0 && value <= 1, 'Write a number from 0 to 1.');
}

/** A whole number from `from` to `to`, inclusive. */
export function wholeNumber(from: number, to: number, hint: string): (text: string) => number {
  return (text) => parse(text, (value) => Number.isInteger(value) && value >= from && value <= to, hint);
}

/** "60000", "1e15" */
function plainNumber(value: number): string {
  return value <= 1e9 ? String(value) : value.toExponential().replace('+', '');
}
