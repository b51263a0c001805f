/**
 * Text from outside (names of files, runs and devices, messages, notes) where it is shown as it is. Characters that act
 * instead of showing are written out, so that none of it can move a cursor, hide, turn around or forge what is beside it.
 */

/**
 * Control characters but tab and line feed, separators of lines, marks that change the direction of writing, characters
 * without width that join nothing, tags, noncharacters and halves of surrogate pairs.
 */
const acting =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** As JSON writes a character, so that JSON that passes here stays the same document. */
const written = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');

/** With lines and tabs as they are; what else acts is shown as `\u001b`. */
export function visibleText(text: string): string {
  return text.replace(acting, written);
}

/** A part of one line: line ends and tabs are written out too, as `\n` and `\t`. */
export function inLine(text: string): string {
  return visibleText(text.replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\t', '\\t'));
}

/** Lines of text, each of which stays one, whatever it holds. */
export function linesOfText(lines: readonly string[]): string {
  return lines.map(inLine).join('\n');
}

/**
 * The text of a notification. VS Code makes links of `[text](command:…)` in it, and what is clicked runs: no name from
 * outside may be one.
 */
export function noticeText(text: string): string {
  return inLine(text).replaceAll('](', '] (');
}

/** A label of VS Code that shows icons for `$(name)`: status bar, quick pick, lens. */
export function labelText(text: string): string {
  return inLine(text).replace(/\$(?=\([A-Za-z0-9-]{1,100}(?:~[A-Za-z]{1,20})?\))/g, '\\$');
}
