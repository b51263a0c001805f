import { wildcardMatcher } from '../system/glob';
import { basename } from './file-name';

/** Programs whose commands are measured in terminals and tasks, until a person says otherwise. `*` stands for anything. */
export const defaultCommandPatterns: readonly string[] = [
  'python*',
  'pypy*',
  'ipython*',
  'torchrun',
  'accelerate',
  'deepspeed',
  'papermill',
  'horovodrun',
  'lightning',
  'llamafactory-cli',
  'axolotl',
];

/** Programs that start the program named after them. */
const wrappers = new Set(['sudo', 'time', 'nohup', 'nice', 'ionice', 'env', 'exec', 'command', 'stdbuf', 'numactl', 'taskset', 'caffeinate', 'xvfb-run']);

/** Programs that start another one by a subcommand: `uv run train.py`, `poetry run python`, `conda run -n x python`. */
const runners = new Set(['uv', 'poetry', 'pipenv', 'pdm', 'hatch', 'conda', 'mamba', 'micromamba', 'pixi', 'rye']);

/** Options of wrappers and runners that take their value as the next word. */
const optionsWithValue = new Set(['-n', '-p', '-u', '-g', '-c', '--name', '--prefix', '--cwd', '--with', '--python', '--project', '--directory', '--env-file', '--extra', '--group']);

/** A command in a terminal that is worth measuring. */
export interface MeasuredCommand {
  /** The script or module if there is one, else the program: what people call the run. */
  readonly name: string;
}

/**
 * Finds in a command line, as typed into a shell, the first program that matches a pattern, behind variable
 * assignments and wrappers; null where there is none. Debug launchers are left to the debug session they serve.
 */
export function findMeasuredCommand(line: string, patterns: readonly string[]): MeasuredCommand | null {
  const matchers = patterns.map((pattern) => wildcardMatcher(pattern.trim()));
  for (const words of splitCommands(line)) {
    const start = programIndex(words);
    const program = words[start];
    if (program === undefined) continue;
    if (words.some((word) => /debugpy[\\/](launcher|adapter)|debugpy[\\/]__main__|^debugpy$/.test(word))) continue;
    const name = basename(program).replace(/\.exe$/i, '');
    const direct = matchers.some((matches) => matches(name));
    // `uv run train.py` runs Python without naming it.
    if (direct || /\.pyw?$/.test(name)) return { name: runName([program, ...words.slice(start + 1)]) };
  }
  return null;
}

/** The script of an interpreter (`python3 -u train.py` is "train.py", `python -m pkg` is "pkg"), else the program. */
export function runName(words: readonly string[]): string {
  const [program = '', ...args] = words;
  const module = args.findIndex((arg) => arg === '-m' || arg === '--module');
  const script = args.findIndex((arg) => /\.(py|pyw|pyz|ipynb|js|mjs|cjs|ts|R|jl|sh)$/.test(arg));
  const inModule = module >= 0 && (script < 0 || module < script);
  const found = inModule ? args[module + 1] : args[script];
  return basename(found ?? program);
}

/** Index of the program's word behind assignments, wrappers and runners. */
function programIndex(words: readonly string[]): number {
  let index = 0;
  for (;;) {
    const word = words[index];
    if (word === undefined) return index;
    const name = basename(word);
    if (/^[A-Za-z_]\w*=/.test(word) || word === '&') index += 1;
    else if (wrappers.has(name)) index = skipOptions(words, index + 1);
    else if (runners.has(name) && words[skipOptions(words, index + 1)] === 'run') {
      index = skipOptions(words, skipOptions(words, index + 1) + 1);
    } else return index;
  }
}

function skipOptions(words: readonly string[], from: number): number {
  let index = from;
  for (let word = words[index]; word?.startsWith('-') === true; word = words[index]) {
    index += optionsWithValue.has(word) ? 2 : 1;
  }
  return index;
}

/** The commands of a shell line, each as its words; quotes are removed, substitutions are left as they are. */
function splitCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  let word = '';
  let inWord = false;
  let quote: string | null = null;
  const endWord = (): void => {
    if (inWord) commands.at(-1)?.push(word);
    word = '';
    inWord = false;
  };
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    if (quote !== null) {
      if (character === quote) quote = null;
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      inWord = true;
    } else if (character === '\\' && /[\s"'\\$&|;]/.test(line.charAt(index + 1))) {
      index += 1;
      if (line.charAt(index) !== '\n') word += line.charAt(index);
      inWord = true;
    } else if (/[;|\n]/.test(character) || (character === '&' && !/[>&]/.test(line.charAt(index - 1)) && !/\d/.test(line.charAt(index + 1)))) {
      endWord();
      commands.push([]);
    } else if (/\s/.test(character) || character === '(' || character === ')') endWord();
    else {
      word += character;
      inWord = true;
    }
  }
  endWord();
  return commands.filter((words) => words.length > 0);
}
