import type { Matcher } from './presets';

/** A selector that was read, or one sentence that says what is wrong with it. */
type ParsedSelector =
  | { readonly kind: 'selector'; readonly matchers: readonly Matcher[] }
  | { readonly kind: 'problem'; readonly sentence: string };

const operators = ['=~', '!~', '!=', '='] as const;
const howTo = 'write it like pod=~"bert-.*",namespace="ml"';

/**
 * Reads conditions on labels as Prometheus writes them: `pod=~"bert-.*",node="a"`, with or without braces. Single quotes
 * are allowed, and a value of letters, digits, `_`, `-`, `.` and `:` needs none. Everything is rewritten by
 * `selectorText`, so that nothing of the text reaches a query unescaped.
 */
export function parseSelector(text: string): ParsedSelector {
  const problem = (what: string): ParsedSelector => ({ kind: 'problem', sentence: `${what}; ${howTo}.` });
  let rest = text.trim();
  if (rest.startsWith('{') && rest.endsWith('}')) rest = rest.slice(1, -1).trim();
  if (rest === '') return problem('the selector is empty, which would count all devices of the cluster');
  const matchers: Matcher[] = [];
  while (rest !== '') {
    const label = takeWhile(rest, (character) => isWord(character));
    const afterLabel = rest.slice(label.length).trimStart();
    if (label === '' || isDigit(label)) return problem(`the selector has no label at "${shortened(rest)}"`);
    if (label === '__name__') return problem('the selector names a metric, which --cluster chooses');
    const operator = operators.find((each) => afterLabel.startsWith(each));
    if (operator === undefined)
      return problem(`the label ${label} of the selector lacks a condition (=, !=, =~ or !~)`);
    const value = takeValue(afterLabel.slice(operator.length).trimStart());
    if (value === null) return problem(`the value of ${label} in the selector has no closing quote, or is missing`);
    matchers.push({ label, operator, value: value.text });
    rest = value.rest.trimStart();
    if (rest === '') break;
    if (!rest.startsWith(',')) return problem(`the selector needs a comma before "${shortened(rest)}"`);
    rest = rest.slice(1).trimStart();
  }
  return { kind: 'selector', matchers };
}

/** The conditions as PromQL has them between braces. */
export function selectorText(matchers: readonly Matcher[]): string {
  return matchers.map(({ label, operator, value }) => `${label}${operator}${quoted(value)}`).join(',');
}

function quoted(value: string): string {
  // PromQL reads strings like Go, which has all escapes of JSON except the one of a solidus, which JSON does not need.
  return JSON.stringify(value);
}

function takeValue(text: string): { readonly text: string; readonly rest: string } | null {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") {
    const word = takeWhile(text, (character) => isWord(character) || '-.:'.includes(character));
    return word === '' ? null : { text: word, rest: text.slice(word.length) };
  }
  let value = '';
  for (let at = 1; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === quote) return { text: value, rest: text.slice(at + 1) };
    if (character !== '\\') value += character;
    else {
      const next = text[at + 1] ?? '';
      // An escape of a regular expression, such as `\.`, is kept: people seldom write it twice.
      value += next === quote || next === '\\' ? next : `\\${next}`;
      at += 1;
    }
  }
  return null;
}

function takeWhile(text: string, fits: (character: string) => boolean): string {
  let end = 0;
  while (end < text.length && fits(text[end] ?? '')) end += 1;
  return text.slice(0, end);
}

function isWord(character: string): boolean {
  return (
    character === '_' ||
    isDigit(character) ||
    (character >= 'a' && character <= 'z') ||
    (character >= 'A' && character <= 'Z')
  );
}

function isDigit(text: string): boolean {
  const first = text[0] ?? '';
  return first >= '0' && first <= '9';
}

/** A part of what a person wrote, for a sentence. */
export function shortened(text: string, most = 30): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
