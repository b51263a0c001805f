import { programName } from './command-words';
import { runName } from './command-line';
import { basename } from '../file-name';
import { argumentsOf } from './run-label';

/** Programs that run a script, which says more than they do. */
const interpreters = /^(?:node|deno|bun|ruby|perl|php|java|julia|Rscript|bash|dash|zsh|sh|pwsh|powershell)$/i;

/** How people call a running process: its script or program, and its first arguments. */
interface ProcessLabel {
  readonly name: string;
  /** Cut if there are many; empty if there are none. */
  readonly arguments: string;
}

/**
 * The label of a process by its arguments. `program` is its name in the system's list: on macOS, arguments are known
 * only as one line, and that name tells where a path with spaces ends.
 *
 * Some programs write another text over their arguments, all in one word: Chromium and Electron their whole command
 * line, servers a title such as "nginx: worker process".
 */
export function processLabel(given: readonly string[], program: string): ProcessLabel {
  const [first = ''] = given;
  const found = withProgram(given, program);
  const title = found === null && given.length === 1 && /\s/.test(first.trim()) ? first.trim() : null;
  if (title !== null && !isPath(title)) return { name: title, arguments: '' };
  const words = found ?? (title === null ? given : splitPath(title));
  const kind = kindOfHelper(words);
  const name = programName(words[0] ?? '');
  if (kind !== null) return { name: `${scriptOf(name, words) ?? name} (${kind})`, arguments: '' };
  const run = runName(words);
  const isProgram = run === name || run === basename(words[0] ?? '');
  const called = isProgram ? (scriptOf(name, words) ?? run) : run;
  return { name: called, arguments: words.length < 2 ? '' : argumentsOf({ name: called, command: words }) };
}

/** The arguments, if the program has spaces in its name and is found among them. */
function withProgram(words: readonly string[], program: string): readonly string[] | null {
  if (!program.includes(' ')) return null;
  const line = words.join(' ');
  const at = `${line} `.indexOf(`/${program} `);
  const rest = line.slice(at + 1 + program.length).trim();
  return at === -1 ? null : [line.slice(0, at + 1 + program.length), ...(rest === '' ? [] : rest.split(' '))];
}

/** A path of a program, with or without arguments. */
const isPath = (text: string): boolean => /^(?:\/|[A-Za-z]:[\\/])|^\S+ -/.test(text);

/** The program may have spaces in its path, so it ends where the options begin. */
function splitPath(line: string): readonly string[] {
  const options = line.indexOf(' -');
  return options === -1 ? line.split(/\s+/) : [line.slice(0, options), ...line.slice(options + 1).split(/\s+/)];
}

/** The script of an interpreter: the first word that looks like a file. */
function scriptOf(program: string, words: readonly string[]): string | null {
  if (!interpreters.test(program)) return null;
  const given = words.slice(1).filter((word) => !word.startsWith('-'));
  // Values of options stand before it.
  const script = given.find((word) => /[\\/.]/.test(word)) ?? given[0];
  return script === undefined ? null : basename(script);
}

/** What Chromium and Electron call their helpers: "renderer", "GPU process", "utility: network service". */
function kindOfHelper(words: readonly string[]): string | null {
  const valueOf = (option: string): string | null =>
    words.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1) ?? null;
  const type = valueOf('--type');
  if (type === null) return null;
  const service = valueOf('--utility-sub-type')?.split('.').at(-1) ?? null;
  return spaced(service ?? type);
}

/** "NetworkService" and "extensionHost" as words; "gpu-process" as it is. */
const spaced = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
