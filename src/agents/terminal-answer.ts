import { sep } from 'node:path';
import { notJson, parseJson } from '../system/shapes';
import { inLine, shortened } from '../present/plain-text';
import { AgentError, type AgentWorld, type TerminalCall } from './tool';

/** How parameters are called at the terminal: `max_rtt_ms` is `--max-rtt`. */
type OptionNames = Readonly<Record<string, string>>;

/** A sentence of the terminal may quote what it was given. */
const longestSentence = 600;

/** Without a folder, it is the current one, and there must be one. */
type ToolCall = Omit<TerminalCall, 'cwd'> & { readonly cwd?: string | null };

/**
 * Puts one command line of `green-ml … --json` to the terminal.
 *
 * @param names its options by the names of the parameters, for the sentences of errors
 * @returns the document on its standard output
 * @throws AgentError with the terminal's sentence, in which parameters have their own names
 */
export async function askTerminal(
  world: AgentWorld,
  call: ToolCall,
  names: OptionNames = {},
): Promise<Readonly<Record<string, unknown>>> {
  const text = await textOfTerminal(world, call, names);
  const answer = parseJson(text);
  if (answer === notJson)
    throw new AgentError('The answer is too long; ask for less, such as one file instead of a folder.');
  return answer as Readonly<Record<string, unknown>>;
}

/** As `askTerminal`, for commands that print text. */
export async function textOfTerminal(world: AgentWorld, call: ToolCall, names: OptionNames = {}): Promise<string> {
  const cwd = call.cwd === undefined ? currentFolder(world) : call.cwd;
  const { code, stdout, stderr, isLate, killedBy } = await world.terminal({ ...call, cwd }, world.signal);
  if (isLate === true)
    throw new AgentError('It took too long and was stopped; ask for less, such as one file instead of a folder.');
  if (killedBy !== undefined)
    throw new AgentError(`It was ended from outside (${killedBy}), perhaps because memory ran out; try it once more.`);
  // With a document on standard output, the document says what is wrong.
  if (stdout === '' ? code > 1 || stderr !== '' : code > 1 && stderr !== '')
    throw new AgentError(asParameters(stderr, names, world.folders));
  return stdout;
}

/** @throws AgentError if there is no folder */
export function currentFolder({ folders }: Pick<AgentWorld, 'folders'>): string {
  const [folder] = folders;
  if (folder === undefined)
    throw new AgentError('No folder is open; ask the person to open the folder of the project.');
  return folder;
}

/** For a tool that works anywhere: the current folder, whose settings count, or none. */
export const folderIfAny = ({ folders }: AgentWorld): string | null => folders[0] ?? null;

/**
 * A sentence of the terminal that names options, with the names of parameters instead.
 *
 * @param folders paths in them are said as the agent knows them, so that they say nothing of the machine
 */
export function asParameters(stderr: string, names: OptionNames, folders: readonly string[] = []): string {
  const lines = folders
    .reduce((text, folder) => text.replaceAll(folder.endsWith(sep) ? folder : `${folder}${sep}`, ''), stderr)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const said =
    lines.filter((line) => line.startsWith('green-ml: ')).at(-1) ?? (isTrace(lines) ? '' : (lines.at(-1) ?? ''));
  let sentence = inLine(said.replace(/^green-ml: /, '')).replace(/; see "green-ml [a-z ]{1,40}--help"\.$/, '.');
  // The longest first, because one option may begin with the name of another.
  const options = Object.entries(names).sort(([, a], [, b]) => b.length - a.length);
  // "with --device NAME": the placeholder belongs to the option.
  sentence = sentence.replace(/(--[a-z-]{2,30}) [A-Z]{1,12}(?=[ .,;])/g, '$1');
  // Neither the name of a parameter nor that of a file becomes another one at the start of a sentence.
  const startsWithName = !/^[a-z]+[ ,]/.test(sentence);
  for (const [parameter, written] of options) sentence = sentence.replaceAll(written, parameter);
  const text = sentence === '' ? 'It failed without a reason; try another way, and tell the person.' : sentence;
  const shown = shortened(text, longestSentence);
  return startsWithName ? shown : `${shown.charAt(0).toUpperCase()}${shown.slice(1)}`;
}

/** A program that fails without a word of its own prints where in its code it was. */
const isTrace = (lines: readonly string[]): boolean => lines.some((line) => /^(?:at |node:|Node\.js v\d)/.test(line));

type OptionValue = string | number | boolean | readonly string[] | undefined;

/** The words of an option with its value; none if the parameter is absent. */
export function option(name: string, value: OptionValue): readonly string[] {
  if (value === undefined || value === false) return [];
  return value === true ? [name] : [`${name}=${typeof value === 'object' ? value.join() : String(value)}`];
}

/** The words of all options whose parameters are given. */
export function optionsOf(input: Readonly<Record<string, unknown>>, names: OptionNames): readonly string[] {
  return Object.entries(names).flatMap(([parameter, name]) => option(name, input[parameter] as OptionValue));
}

/** The words that keep the linter inside the project: what links lead to outside it is not read. */
export const insideOptions = ({ folders }: Pick<AgentWorld, 'folders'>): readonly string[] =>
  folders.flatMap((folder) => option('--inside', folder));
