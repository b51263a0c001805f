/**
 * Makes text from outside (names of files, runs and devices, messages, notes) safe to show. Control characters are
 * written out, so that such a text cannot move the cursor, or hide, reverse or fake other text.
 */

/**
 * Control characters except tab and line feed, line separators, marks that change the writing direction, zero-width
 * characters that join nothing, tags, noncharacters and lone surrogates.
 */
const unsafeCharacters =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** Text without these needs no look for unsafe characters: most text that is shown has only what these leave out. */
const unusualInText = /[^\n\t -~·–]/;
const unusualInLine = /[^ -~·–]/;

/** Writes a character as a JSON escape, so that a JSON text keeps its meaning. */
const written = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');

/** Writes out unsafe characters, such as `\u001b`. Line feeds and tabs stay as they are. */
export function visibleText(text: string): string {
  return unusualInText.test(text) ? text.replace(unsafeCharacters, written) : text;
}

/** Text for a part of one line: line ends and tabs are written out too, as `\n` and `\t`. */
export function inLine(text: string): string {
  if (!unusualInLine.test(text)) return text;
  return visibleText(text.replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\t', '\\t'));
}

/** A text of at most `most` UTF-16 units: a longer one is cut between two characters, and ends with `…`. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff ]$/, '')}…`;
}

/** Joins lines of text. Each remains one line, whatever it contains. */
export function linesOfText(lines: readonly string[]): string {
  return lines.map(inLine).join('\n');
}

/**
 * The text of a notification. VS Code turns `[text](command:…)` into a link that runs a command, so text from outside
 * must not contain one.
 */
export function noticeText(text: string): string {
  return inLine(text).replaceAll('](', '] (');
}

/** Text for a label in which VS Code shows icons for `$(name)`: status bar, quick pick, CodeLens. */
export function labelText(text: string): string {
  return inLine(text).replace(/\$(?=\([A-Za-z0-9-]{1,100}(?:~[A-Za-z]{1,20})?\))/g, '\\$');
}
