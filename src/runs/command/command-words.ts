import { basename } from '../file-name';

/** The arguments of a program that starts another program. */
interface Wrapper {
  /** Options whose value is the next word. */
  readonly values?: readonly string[];
  /** Number of its own words before the program: the duration in `timeout 3600 python`. */
  readonly words?: number;
  /** One of these must follow: `uv run`, `nsys profile`. */
  readonly subcommands?: readonly string[];
}

const plain: Wrapper = {};
const containerValues = [
  '-B',
  '-H',
  '-S',
  '-W',
  '--bind',
  '--env',
  '--env-file',
  '--pwd',
  '--cwd',
  '--home',
  '--overlay',
  '--scratch',
  '--workdir',
  '--mount',
];

/** Programs that run the program in their arguments, according to their manual pages. */
const wrappers: Readonly<Record<string, Wrapper>> = {
  sudo: { values: ['-u', '-g', '-h', '-p', '-C', '-r', '-t', '-D', '-T', '-U', '--user', '--group'] },
  doas: { values: ['-u', '-C'] },
  time: { values: ['-f', '-o'] },
  nohup: plain,
  nice: { values: ['-n'] },
  ionice: { values: ['-c', '-n', '-p'] },
  env: { values: ['-u', '-C', '--unset', '--chdir'] },
  exec: { values: ['-a'] },
  command: plain,
  builtin: plain,
  stdbuf: { values: ['-i', '-o', '-e'] },
  unbuffer: plain,
  setsid: plain,
  timeout: { values: ['-s', '-k', '--signal', '--kill-after'], words: 1 },
  gtimeout: { values: ['-s', '-k'], words: 1 },
  numactl: { values: ['-N', '-m', '-C', '-p', '-i'] },
  taskset: { words: 1 },
  chrt: { words: 1 },
  cgexec: { values: ['-g'] },
  prlimit: plain,
  catchsegv: plain,
  caffeinate: { values: ['-t', '-w'] },
  'xvfb-run': { values: ['-n', '-s', '-e', '-f', '-p', '-w'] },
  proxychains: plain,
  proxychains4: plain,
  strace: { values: ['-o', '-e', '-p', '-s', '-E', '-a', '-O', '-S', '-P', '-I', '-b', '-X'] },
  ltrace: { values: ['-o', '-e', '-s', '-n', '-a', '-x', '-l'] },
  valgrind: plain,
  perf: { subcommands: ['stat', 'record', 'trace'], values: ['-e', '-o', '-F', '-c', '-g', '-p', '-C', '-r', '-I'] },
  nsys: {
    subcommands: ['profile', 'launch'],
    values: ['-o', '-t', '-f', '-s', '-y', '-d', '-w', '-x', '-c', '-b', '-e', '-l'],
  },
  ncu: {
    values: [
      '-o',
      '-k',
      '-c',
      '-s',
      '-f',
      '--set',
      '--section',
      '--metrics',
      '--kernel-name',
      '--launch-count',
      '--launch-skip',
      '--target-processes',
    ],
  },
  nvprof: { values: ['-o', '-m', '-e'] },
  rocprof: { values: ['-i', '-o', '-d'] },
  rocprofv3: { values: ['-i', '-o', '-d'] },
  vtune: { values: ['-r', '-k'] },
  'py-spy': { subcommands: ['record', 'top'], values: ['-o', '-r', '-d', '-f', '-p'] },
  scalene: { values: ['--outfile', '--cpu-percent-threshold'] },
  kernprof: { values: ['-o', '-s', '-p', '-i', '--outfile', '--setup'] },
  memray: { subcommands: ['run'], values: ['-o', '-p', '--output'] },
  viztracer: { values: ['-o', '--output_file', '--tracer_entries'] },
  pyinstrument: { values: ['-o', '-r', '--outfile', '--renderer'] },
  coverage: { subcommands: ['run'], values: ['--source', '--include', '--omit', '--rcfile'] },
  mpirun: {
    values: [
      '-n',
      '-np',
      '-N',
      '-H',
      '-x',
      '-c',
      '--np',
      '--host',
      '--hostfile',
      '--machinefile',
      '--map-by',
      '--bind-to',
      '--rank-by',
      '--mca',
      '-hosts',
      '-ppn',
      '-f',
      '-env',
      '-genv',
    ],
  },
  srun: { values: ['-n', '-N', '-c', '-p', '-t', '-J', '-A', '-w', '-x', '-q', '-G', '-D', '-o', '-e', '-i'] },
  uv: {
    subcommands: ['run'],
    values: [
      '-p',
      '--with',
      '--python',
      '--project',
      '--directory',
      '--env-file',
      '--extra',
      '--group',
      '--package',
      '--with-requirements',
      '--index',
    ],
  },
  poetry: { subcommands: ['run'], values: ['-C', '--directory', '-P', '--project'] },
  pipenv: { subcommands: ['run'] },
  pdm: { subcommands: ['run'], values: ['-p', '--project', '-f', '--venv'] },
  hatch: { subcommands: ['run'], values: ['-e', '--env', '-p', '--project'] },
  conda: { subcommands: ['run'], values: ['-n', '-p', '--name', '--prefix', '--cwd'] },
  mamba: { subcommands: ['run'], values: ['-n', '-p', '--name', '--prefix', '--cwd'] },
  micromamba: { subcommands: ['run'], values: ['-n', '-p', '-r', '--name', '--prefix', '--cwd'] },
  pixi: { subcommands: ['run'], values: ['-e', '--environment', '--manifest-path'] },
  rye: { subcommands: ['run'] },
  cmd: plain,
  flock: { values: ['-w', '-E', '--timeout', '--wait', '--conflict-exit-code'], words: 1 },
  watch: { values: ['-n', '--interval'] },
  xargs: { values: ['-n', '-P', '-I', '-L', '-d', '-s', '-a', '-E'] },
  parallel: { values: ['-j', '-a', '-I', '-N', '--jobs', '--delay', '--timeout', '--joblog', '--results', '--colsep'] },
  firejail: plain,
  // A container without a daemon: its program is a child of this one.
  apptainer: { subcommands: ['exec'], values: containerValues, words: 1 },
  singularity: { subcommands: ['exec'], values: containerValues, words: 1 },
  // Shell keywords before a command in a loop, a condition or a group.
  do: plain,
  then: plain,
  else: plain,
  if: plain,
  elif: plain,
  while: plain,
  until: plain,
  '{': plain,
  '!': plain,
};

const aliases: Readonly<Record<string, string>> = { mpiexec: 'mpirun', orterun: 'mpirun', 'mpiexec.hydra': 'mpirun' };

/** Shells, whose `-c` contains a command line of its own. */
const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'fish', 'ash', 'pwsh', 'powershell']);

/** A program of a command line with its arguments. */
export interface Invocation {
  /** As written: a name or a path. */
  readonly program: string;
  /** Without folder and `.exe`. */
  readonly name: string;
  readonly args: readonly string[];
  /** The names of the programs that start it: `sudo`, `timeout`. */
  readonly behind: readonly string[];
}

/** The usual name of a program, from its path. */
export function programName(path: string): string {
  return basename(path).replace(/\.(?:exe|cmd|bat)$/i, '');
}

/** How deep command lines may be nested: `sudo sh -c "bash -c '…'"`. */
const mostLevels = 4;

/**
 * The programs that a shell command line starts: after variable assignments and programs that only start another
 * one, and inside `sh -c "…"`.
 */
export function invocationsIn(line: string, level = 0): readonly Invocation[] {
  return splitCommands(line).flatMap((words) => invocationOf(words, level));
}

/** The program that an argument list starts. */
export function invocationOf(words: readonly string[], level = 0): readonly Invocation[] {
  const { index, behind } = programIndex(words);
  const program = words[index];
  if (program === undefined) return [];
  const name = programName(program);
  const args = words.slice(index + 1);
  const inner = shells.has(name) && level < mostLevels ? commandOfShell(args) : null;
  return inner === null
    ? [{ program, name, args, behind }]
    : invocationsIn(inner, level + 1).map((each) => ({ ...each, behind: [...behind, ...each.behind] }));
}

/** The text after `-c`, `-lc` or `-Command`; null for a shell that runs a file or is interactive. */
function commandOfShell(args: readonly string[]): string | null {
  for (const [index, arg] of args.entries()) {
    if (/^-[a-z]*c$/.test(arg)) return args[index + 1] ?? null;
    if (/^-command$/i.test(arg)) return args.slice(index + 1).join(' ');
    if (!arg.startsWith('-')) return null;
  }
  return null;
}

/** Index of the program's word after assignments and wrappers, and the names of the wrappers. */
function programIndex(words: readonly string[]): { readonly index: number; readonly behind: readonly string[] } {
  const behind: string[] = [];
  let index = 0;
  for (;;) {
    const word = words[index];
    if (word === undefined) return { index, behind };
    if (/^[A-Za-z_]\w*=/.test(word) || word === '&' || word === '.') {
      index += 1;
      continue;
    }
    const name = programName(word);
    const wrapper = wrappers[aliases[name] ?? name];
    if (wrapper === undefined) return { index, behind };
    const values = new Set(wrapper.values);
    let next = skipOptions(words, index + 1, values);
    if (wrapper.subcommands !== undefined) {
      if (!wrapper.subcommands.includes(words[next] ?? '')) return { index, behind };
      next = skipOptions(words, next + 1, values);
    }
    next += wrapper.words ?? 0;
    // A wrapper without a program is the program itself: `nice`, `env`.
    if (words[next] === undefined) return { index, behind };
    behind.push(name);
    index = next;
  }
}

function skipOptions(words: readonly string[], from: number, values: ReadonlySet<string>): number {
  let index = from;
  for (let word = words[index]; word !== undefined && /^(?:-|\/[a-z]$)/i.test(word); word = words[index]) {
    index += values.has(word) ? 2 : 1;
    if (word === '--') break;
  }
  return index;
}

/** The commands of a shell line, each as its words; quotes are removed, substitutions are kept. */
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
      else if (character === '\\' && quote === '"' && /["\\$`]/.test(line.charAt(index + 1))) {
        index += 1;
        word += line.charAt(index);
      } else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      inWord = true;
    } else if (character === '\\' && /[\s"'\\$&|;]/.test(line.charAt(index + 1))) {
      index += 1;
      if (line.charAt(index) !== '\n') word += line.charAt(index);
      inWord = true;
    } else if (
      /[;|\n]/.test(character) ||
      (character === '&' && !/[>&]/.test(line.charAt(index - 1)) && !/\d/.test(line.charAt(index + 1)))
    ) {
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
