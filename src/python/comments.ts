/**
 * A text without its comments and without strings that stand as statements: code that is commented out and what a docstring
 * tells do nothing. Lines keep their numbers. It reads the text once and does not parse it.
 */
export function withoutComments(text: string): string {
  const kept: string[] = [];
  let from = 0;
  let index = 0;
  /** The last character of code, and whether the line had any before this place. */
  let last = '';
  let lineHasCode = false;
  const drop = (end: number): void => {
    kept.push(text.slice(from, index), text.slice(index, end).replace(/[^\n]+/g, ''));
    from = index = end;
  };
  while (index < text.length) {
    const character = text.charAt(index);
    if (character === '#') drop(endOfComment(text, index));
    else if (character === '"' || character === "'") {
      const end = endOfString(text, index, character);
      // Behind a bracket, a comma or an operator it is a part of something.
      const isStatement = !lineHasCode && !/[([{,\\=+%]/.test(last) && endsLine(text, end);
      if (isStatement) drop(end);
      else {
        index = end;
        lineHasCode = true;
        last = character;
      }
    } else {
      if (character === '\n') lineHasCode = false;
      else if (character !== ' ' && character !== '\t' && character !== '\r') {
        lineHasCode = true;
        last = character;
      }
      index++;
    }
  }
  return kept.join('') + text.slice(from);
}

function endOfComment(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** A string in one quote ends with its line at the latest, so that a stray quote takes no more than that. */
function endOfString(text: string, start: number, quote: string): number {
  const long = quote.repeat(3);
  const isLong = text.startsWith(long, start);
  const end = isLong ? long : quote;
  for (let index = start + end.length; index < text.length; index++) {
    if (text.charAt(index) === '\\') index++;
    else if (text.startsWith(end, index)) return index + end.length;
    else if (!isLong && text.charAt(index) === '\n') return index;
  }
  return text.length;
}

/** True if nothing but blanks or a comment follows on the line. */
function endsLine(text: string, end: number): boolean {
  let index = end;
  while (index < text.length && ' \t\r'.includes(text.charAt(index))) index++;
  return index === text.length || text.charAt(index) === '\n' || text.charAt(index) === '#';
}

/** True if a match of a pattern, which has no flag `g`, stands in a text and not only where nothing happens. */
export const holdsInCode = (text: string, pattern: RegExp): boolean =>
  pattern.test(text) && pattern.test(withoutComments(text));
