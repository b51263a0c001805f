import { visibleText } from '../present/plain-text';

/** Enough for a traceback or the last epochs. */
const mostCharacters = 1500;

/** The end of what a program printed, as text: of a line that it drew again and again, the last state. */
export function tailOf(text: string): string {
  const lines = text
    .slice(-20 * mostCharacters)
    .trimEnd()
    .split('\n')
    .map((line) => visibleText(line.trimEnd().split('\r').at(-1) ?? ''));
  const whole = lines.join('\n').trim();
  return whole.length <= mostCharacters ? whole : `…${whole.slice(-mostCharacters)}`;
}
