import { AgentError } from './tool';

/** What only a shell understands. */
const shellOnly = new Set(['|', '&', ';', '<', '>', '(', ')', '`', '$', '\n']);

/**
 * Splits a command line into words by the rules of quotes and backslashes. No shell takes part, so what only a shell
 * understands is refused instead of being passed on as text.
 *
 * @throws AgentError
 */
export function commandWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (quote === null && shellOnly.has(letter))
      throw new AgentError(
        `The command is started without a shell, so "${letter === '\n' ? 'a new line' : letter}" has no meaning; give one program with its arguments, as a list of words if an argument has this character.`,
      );
    if (quote === null && /\s/.test(letter)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (letter === quote) {
      quote = null;
    } else if (quote === null && (letter === '"' || letter === "'")) {
      quote = letter;
      word ??= '';
    } else if (letter === '\\' && quote !== "'" && at + 1 < text.length) {
      at++;
      word = `${word ?? ''}${text.charAt(at)}`;
    } else {
      word = `${word ?? ''}${letter}`;
    }
  }
  if (quote !== null)
    throw new AgentError('A quote in the command is not closed; close it, or give the command as a list of words.');
  if (word !== null) words.push(word);
  return words;
}
