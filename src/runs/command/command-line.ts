import { wildcardMatcher } from '../../system/glob';
import { invocationOf, invocationsIn, programName, type Invocation } from './command-words';
import { basename } from '../file-name';

/** Programs whose commands are measured in terminals and tasks by default. `*` stands for anything. */
export const defaultCommandPatterns: readonly string[] = [
  'python*',
  'pypy*',
  'ipython*',
  'py',
  'torchrun',
  'accelerate',
  'deepspeed',
  'papermill',
  'jupyter',
  'horovodrun',
  'lightning',
  'llamafactory-cli',
  'axolotl',
  'trl',
  'tune',
  'litgpt',
  'composer',
  'colossalai',
  'wandb',
  'yolo',
  'vllm',
  'sglang',
  'spacy',
  'lm_eval',
  'lm-eval',
  'mlflow',
  'dvc',
  'kedro',
  'marimo',
  'autotrain',
  'swift',
  'ludwig',
  'fairseq-*',
  'nnUNetv2_*',
  'llama-cli',
  'llama-server',
  'llama-bench',
  'whisper',
];

/** A command in a terminal that is worth measuring. */
interface MeasuredCommand {
  /** The script or module if there is one, else the program: what people call the run. */
  readonly name: string;
}

/**
 * Finds the first program in a shell command line that matches a pattern and computes, after variable assignments
 * and programs that only start another one; null if there is none. Debug launchers are left to their debug session,
 * and our own commands measure themselves.
 */
export function findMeasuredCommand(line: string, patterns: readonly string[]): MeasuredCommand | null {
  const matchers = patterns.map((pattern) => wildcardMatcher(pattern.trim()));
  for (const invocation of invocationsIn(line)) {
    const { program, name, args } = invocation;
    if ([program, ...args].some((word) => /debugpy[\\/](launcher|adapter)|debugpy[\\/]__main__|^debugpy$/.test(word)))
      continue;
    // `uv run train.py` runs Python without naming it.
    const isScript = /\.pyw?$/.test(name);
    if (!(isScript || matchers.some((matches) => matches(name))) || !computes(invocation)) continue;
    return { name: runName([program, ...args]) };
  }
  return null;
}

const interpreters = /^(?:python|pypy|ipython|py)(?:w|[\d.]+t?)?$/i;

/** Options of Python that take their value as the next word. `-c` and `-m` end the options. */
const pythonValues: ReadonlySet<string> = new Set(['-W', '-X', '--check-hash-based-pycs']);

/** Modules that manage files and packages, by first name or full name. */
const toolModules: ReadonlySet<string> = new Set([
  'pip',
  'pipx',
  'venv',
  'virtualenv',
  'ensurepip',
  'uv',
  'poetry',
  'build',
  'twine',
  'setuptools',
  'wheel',
  'installer',
  'conda',
  'pre_commit',
  'nox',
  'tox',
  'black',
  'isort',
  'ruff',
  'flake8',
  'pylint',
  'mypy',
  'pyright',
  'autopep8',
  'yapf',
  'bandit',
  'pyflakes',
  'pycodestyle',
  'pydocstyle',
  'vulture',
  'json',
  'http',
  'this',
  'site',
  'sysconfig',
  'compileall',
  'py_compile',
  'pydoc',
  'zipfile',
  'tarfile',
  'platform',
  'calendar',
  'ast',
  'dis',
  'tokenize',
  'inspect',
  'idlelib',
  'tkinter',
  'turtledemo',
  'webbrowser',
  'antigravity',
  'quopri',
  'base64',
  'uuid',
  'gzip',
  'sqlite3',
  'tabnanny',
  'pickletools',
  'sphinx',
  'mkdocs',
  'cookiecutter',
  'nbstripout',
  'jupyterlab',
  'notebook',
  'ipykernel',
  'grpc_tools',
  'help',
  'torch.utils.collect_env',
  'nltk.downloader',
  'django',
]);

/** Modules that run the script or module after them. */
const launcherModules: ReadonlySet<string> = new Set([
  'torch.distributed.run',
  'torch.distributed.launch',
  'accelerate.commands.launch',
  'accelerate',
  'deepspeed.launcher.runner',
  'cProfile',
  'profile',
  'pdb',
  'ipdb',
  'trace',
  'coverage',
  'kernprof',
  'line_profiler',
  'scalene',
  'memray',
  'viztracer',
  'pyinstrument',
  'memory_profiler',
  'papermill',
  'mpi4py',
  'torch.utils.bottleneck',
]);

/** Scripts that install. */
const toolScripts: ReadonlySet<string> = new Set(['setup.py', 'get-pip.py', 'conftest.py']);

/** The subcommands that compute, for programs that also do other things. For other programs every command counts. */
const subcommands: Readonly<Record<string, readonly string[]>> = {
  accelerate: ['launch'],
  jupyter: ['execute', 'nbconvert', 'run'],
  wandb: ['agent', 'launch'],
  vllm: ['serve', 'bench', 'run-batch', 'complete', 'chat'],
  tune: ['run'],
  spacy: ['train', 'pretrain', 'evaluate', 'benchmark'],
  colossalai: ['run'],
  mlflow: ['run'],
  dvc: ['repro', 'exp', 'run'],
  kedro: ['run'],
  marimo: ['run'],
  // The Swift compiler has the same name.
  swift: ['sft', 'pt', 'rlhf', 'infer', 'eval', 'export', 'deploy', 'rollout', 'sample', 'megatron'],
  ludwig: ['train', 'predict', 'evaluate', 'experiment', 'hyperopt', 'serve', 'preprocess', 'forecast'],
  'llamafactory-cli': ['train', 'chat', 'eval', 'export', 'api', 'webchat', 'webui'],
  axolotl: ['train', 'evaluate', 'inference', 'preprocess', 'merge-lora', 'quantize', 'vllm-serve'],
  trl: ['sft', 'dpo', 'grpo', 'kto', 'reward', 'rloo', 'chat', 'vllm-serve'],
  litgpt: [
    'pretrain',
    'finetune',
    'finetune_lora',
    'finetune_full',
    'finetune_adapter',
    'evaluate',
    'generate',
    'chat',
    'serve',
  ],
};

/** Programs whose runs are named with their subcommand. */
const namedWithSubcommand: ReadonlySet<string> = new Set([
  ...['wandb', 'yolo', 'vllm', 'tune', 'trl', 'spacy', 'litgpt', 'axolotl', 'llamafactory-cli'],
  ...['mlflow', 'dvc', 'kedro', 'swift', 'ludwig'],
]);

/** Programs whose runs have the name of the program: those of llama.cpp, where `-m` is a model and no Python module. */
const namedAlone = /^llama-/;

const toolWordsOfYolo: ReadonlySet<string> = new Set(['checks', 'settings', 'cfg', 'copy-cfg', 'logout', 'login']);

/** Commands of coverage that only process earlier measurements. */
const readsCoverage: ReadonlySet<string> = new Set([
  'report',
  'html',
  'xml',
  'json',
  'lcov',
  'annotate',
  'combine',
  'erase',
  'debug',
]);

/** Only prints information: `--version`, `-h`. */
const asksOnly = (word: string | undefined): boolean =>
  word !== undefined && /^(?:-V+|--version|-h|--help|-\?|--help-\w+|version|help)$/.test(word);

/** Whether a program that matches a pattern computes something, and does not only print its version or install. */
function computes({ name, args }: Invocation): boolean {
  if (/\.pyw?$/.test(name)) return !toolScripts.has(name) && !asksOnly(args[0]);
  if (!interpreters.test(name)) {
    const [first] = args;
    if (asksOnly(first)) return false;
    const known = subcommands[name];
    if (name === 'yolo' && args.some((word) => toolWordsOfYolo.has(word))) return false;
    if (known === undefined) return true;
    const sub = args.find((word) => !word.startsWith('-'));
    if (sub === undefined || !known.includes(sub)) return false;
    // Without --execute a notebook is only converted; experiments of DVC can also be listed, shown and pushed.
    if (name === 'dvc' && sub === 'exp') return args.includes('run');
    return sub !== 'nbconvert' || args.includes('--execute');
  }
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (word === '-m' || word === '--module') return isComputingModule(args.slice(index + 1));
    if (/^-m./.test(word)) return isComputingModule([word.slice(2), ...args.slice(index + 1)]);
    if (word === '-c' || word === '-') return true;
    if (asksOnly(word) || (name === 'py' && /^(?:-0p?|--list(?:-paths)?)$/.test(word))) return false;
    if (pythonValues.has(word)) index += 1;
    else if (!word.startsWith('-')) return !toolScripts.has(basename(word)) && !asksOnly(args[index + 1]);
  }
  return true;
}

function isComputingModule([module = '', ...args]: readonly string[]): boolean {
  if (toolModules.has(module) || toolModules.has(module.split('.')[0] ?? '')) return false;
  if (asksOnly(args[0]) || (module === 'coverage' && readsCoverage.has(args[0] ?? ''))) return false;
  // Tools can be started as modules too: `python -m jupyter nbconvert`, `python -m vllm serve`.
  return subcommands[module] === undefined || computes({ program: module, name: module, args, behind: [] });
}

/** The script of an interpreter (`python3 -u train.py` is "train.py", `python -m pkg` is "pkg"), else the program. */
export function runName(words: readonly string[]): string {
  const [invocation] = invocationOf(words);
  if (invocation === undefined) return basename(words[0] ?? '');
  const { program, name, args } = invocation;
  if (namedAlone.test(name)) return name;
  // If it is wrapped in a shell, only the shell's own words are available as a name.
  const sub = args.find((word) => !word.startsWith('-'));
  if (sub !== undefined && namedWithSubcommand.has(name)) return `${name} ${sub}`;
  const module = args.findIndex((arg) => arg === '-m' || arg === '--module');
  const script = args.findIndex((arg) => /\.(py|pyw|pyz|ipynb|js|mjs|cjs|ts|R|jl|sh)$/.test(arg));
  const named = module >= 0 ? args[module + 1] : undefined;
  const inModule =
    named !== undefined && (script < 0 || module < script) && !(launcherModules.has(named) && script >= 0);
  const found = inModule ? named : args[script];
  return found === undefined ? programOf(program) : basename(found);
}

function programOf(path: string): string {
  // Only the file extensions of Windows programs say nothing about what is run.
  return /\.(?:exe|cmd|bat)$/i.test(path) ? programName(path) : basename(path);
}
