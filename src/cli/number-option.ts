import { InvalidArgumentError } from 'commander';

/** Parsers for options that take a number; what they throw becomes commander's one sentence. */

function parse(text: string, allowed: (value: number) => boolean, hint: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || !allowed(value)) throw new InvalidArgumentError(hint);
  return value;
}

export function atLeast(least: number): (text: string) => number {
  return (text) => parse(text, (value) => value >= least, `Write a number of ${least} or more.`);
}

/** A number between two others, both included; the upper one is there against slips. */
export function fromTo(least: number, most: number): (text: string) => number {
  return (text) => parse(String(atLeast(least)(text)), (value) => value <= most, `Write a number of ${most} or less.`);
}

export function moreThanZero(text: string): number {
  return parse(text, (value) => value > 0, 'Write a number above 0.');
}

/** A share between 0 and 1, both included. */
export function share(text: string): number {
  return parse(text, (value) => value >= 0 && value <= 1, 'Write a number from 0 to 1.');
}
