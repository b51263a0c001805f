import { isDeepStrictEqual } from 'node:util';
import { readConfig } from './config';
import type { Rule } from '../engine/rule';
import { defaultConfig } from '../engine/settings';

/** A configuration file to change, as `readConfig` takes it. */
interface ConfigFile {
  readonly text: string;
  /** Its path, for messages; in `pyproject.toml`, our table is one of many. */
  readonly path: string;
}

const sectionHeader = /^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*green-ml[ \t]*\][ \t]*(?:#.*)?$/m;

/**
 * Adds a rule to the `ignore` of a configuration and keeps every other byte of its text.
 * @returns the new text; null if it is not certain how to add to the file
 * @throws ConfigError if the file cannot be used as it is
 */
export async function withIgnoredRule(
  { text, path }: ConfigFile,
  rule: string,
  rules: readonly Rule[],
): Promise<string | null> {
  const before = await readConfig(text, path, '', rules);
  if (before?.ignore.includes(rule) === true) return text;
  const changed = added(text, path.endsWith('pyproject.toml'), rule);
  try {
    const after = await readConfig(changed, path, '', rules);
    // Everything else must be unchanged.
    const expected = { ...defaultConfig, ...before, ignore: [...(before?.ignore ?? []), rule] };
    return isDeepStrictEqual(after, expected) ? changed : null;
  } catch {
    return null;
  }
}

function added(text: string, inTable: boolean, rule: string): string {
  const newline = /\r?\n/.exec(text)?.[0] ?? '\n';
  const header = inTable ? sectionHeader.exec(text) : null;
  if (inTable && header === null) {
    const gap = text === '' ? '' : text.endsWith('\n') ? newline : newline + newline;
    return `${text}${gap}[tool.green-ml]${newline}ignore = ["${rule}"]${newline}`;
  }
  const start = header === null ? 0 : header.index + header[0].length;
  const next = text.slice(start).search(/^[ \t]*\[/m);
  const end = next === -1 ? text.length : start + next;
  const list = /^[ \t]*ignore[ \t]*=[ \t]*\[/m.exec(text.slice(start, end));
  if (list === null) {
    return header === null
      ? `ignore = ["${rule}"]${newline}${text}`
      : `${text.slice(0, start)}${newline}ignore = ["${rule}"]${text.slice(start)}`;
  }
  const open = start + list.index + list[0].length;
  const { close, last, comma } = endOfList(text, open);
  if (last === open) return `${text.slice(0, open)}"${rule}"${text.slice(close)}`;
  // A list with one id per line continues that way.
  const indentation = /\n([ \t]*)$/.exec(text.slice(0, text.lastIndexOf(lastItem(text, open, last), last)))?.[1];
  const separator = indentation === undefined ? ' ' : `${newline}${indentation}`;
  return `${text.slice(0, last)}${comma ? '' : ','}${separator}"${rule}"${comma && indentation !== undefined ? ',' : ''}${text.slice(last)}`;
}

const lastItem = (text: string, open: number, last: number): string =>
  /["'][^"'\n]*["'],?$/.exec(text.slice(open, last))?.[0] ?? '';

/** The end of a list of strings: its bracket, and the end of its last item with the comma after it, if there is one. */
function endOfList(text: string, open: number): { close: number; last: number; comma: boolean } {
  let last = open;
  let comma = false;
  for (let index = open; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === ']') return { close: index, last, comma };
    if (character === '#') index = text.includes('\n', index) ? text.indexOf('\n', index) : text.length;
    else if (character === '"' || character === "'") {
      const end = text.indexOf(character, index + 1);
      index = end === -1 ? text.length : end;
      last = index + 1;
      comma = false;
    } else if (character === ',') {
      last = index + 1;
      comma = true;
    }
  }
  return { close: text.length, last, comma };
}
