import { commandWords } from '../../agents/command-words';
import type { Translate } from '../../present/l10n';
import { escapeMarkdown } from '../../present/markup';
import { inLine } from '../../present/plain-text';
import { shellWord } from '../../system/shell-word';

/**
 * What the person is asked about before a command runs, in Markdown: the whole command, with what is hidden in it written
 * out, and how it is run.
 *
 * @param input unchecked: what the model wrote
 */
export function questionAbout(input: unknown, t: Translate): string {
  const { command, folder, repeat } = (input ?? {}) as Readonly<Record<string, unknown>>;
  const lines = [codeBlock(commandLine(command ?? input ?? ''))];
  if (typeof folder === 'string') lines.push(t('In the folder {0}', escapeMarkdown(inLine(folder))));
  if (typeof repeat === 'number' && repeat > 1) lines.push(t('{0} times, one after the other', repeat));
  return lines.join('\n\n');
}

/** As it would be typed. What cannot be run is shown as it was asked for; the call will fail. */
function commandLine(command: unknown): string {
  const words = wordsOf(command);
  return words === null
    ? inLine(typeof command === 'string' ? command : JSON.stringify(command))
    : words.map((word) => quoted(inLine(word))).join(' ');
}

function wordsOf(command: unknown): readonly string[] | null {
  if (Array.isArray(command)) return command.every((word) => typeof word === 'string') ? command : null;
  if (typeof command !== 'string') return null;
  try {
    return commandWords(command);
  } catch {
    return null;
  }
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : shellWord(word));

/** The text, which is one line, cannot end the block: its fence is longer than any in it. */
function codeBlock(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${text}\n${fence}`;
}
