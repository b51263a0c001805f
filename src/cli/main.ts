import { Command, CommanderError, Option } from 'commander';
import { agentVariable } from '../system/agent-variable';
import { systemClock } from '../system/clock';
import { errorCode, systemFiles } from '../system/files';
import { systemHttp } from '../system/http';
import { inLine } from '../present/plain-text';
import { version } from '../../package.json';
import type { AgentLink } from './agent-link';
import { CommandError, type Io } from './io';
import { gatedIo } from './terminal';

type MakeCommand = (io: Io, exit: (code: number) => void) => Command;

/**
 * The commands in the order of the help. Each is in its own file, which is read when the command is named; `exit` takes
 * the exit code of a command that has finished.
 */
const commandFiles: Readonly<Record<string, () => Promise<MakeCommand>>> = {
  run: async () => (await import('./run')).runCommand,
  sources: async () => (await import('./sources')).sourcesCommand,
  lint: async () => (await import('./lint-command')).lintCommand,
  rule: async () => (await import('./rule')).ruleCommand,
  estimate: async () => (await import('./estimate')).estimateCommand,
  regions: async () => (await import('./regions')).regionsCommand,
  when: async () => (await import('./when')).whenCommand,
  runs: async () => (await import('./runs')).runsCommand,
  slurm: async () => (await import('./slurm-command')).slurmCommand,
  practices: async () => (await import('./practices-command')).practicesCommand,
  mcp: async () => (await import('./mcp')).mcpCommand,
  config: async () => (await import('./config')).configCommand,
};

/** Builds the command line: the command that is named first, or all of them for help and for what is misspelt. */
async function buildProgram(args: readonly string[], io: Io, exit: (code: number) => void): Promise<Command> {
  const program = new Command('green-ml')
    .description('Measure energy and emissions of machine learning, and find waste in its code.')
    .version(version)
    .option('--no-color', 'print without colours (NO_COLOR does the same)')
    .enablePositionalOptions()
    .showSuggestionAfterError();
  const first = args.find((word) => word !== '--no-color') ?? '';
  const named = Object.entries(commandFiles).filter(([name]) => name === first);
  const files = named.length > 0 ? named : Object.entries(commandFiles);
  for (const make of await Promise.all(files.map(([, read]) => read()))) program.addCommand(make(io, exit));
  return program;
}

/** Runs one command line; resolves to the exit code. */
export async function main(args: readonly string[], streams: Io): Promise<number> {
  const io = gatedIo(streams);
  let code = 0;
  const program = await buildProgram(args, io, (value) => {
    code = value;
  });
  const configure = (command: Command, name: string): void => {
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: (text, write) => write(sentenceOf(text, name)),
    });
    // Also accepted after the name of a command, where most people write it.
    if (!command.options.some(({ long }) => long === '--no-color'))
      command.addOption(new Option('--no-color').hideHelp());
    for (const each of command.commands) configure(each, `${name} ${each.name()}`);
  };
  configure(program, program.name());
  try {
    requireHelpTopic(program, args);
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof CommandError) {
      io.stderr.write(`green-ml: ${inLine(error.message)}\n`);
      return 2;
    }
    throw error;
  }
}

/**
 * Refuses an unknown topic: commander answers `help foo` with the general help, as if nothing was wrong.
 *
 * @throws CommandError if help is requested for a command that does not exist
 */
function requireHelpTopic(program: Command, args: readonly string[]): void {
  let command: Command | undefined = program;
  let name = program.name();
  for (const [index, word] of args.entries()) {
    const topic = args[index + 1];
    if (word === 'help' && command.commands.length > 0 && topic !== undefined && !topic.startsWith('-')) {
      if (command.commands.some((each) => each.name() === topic)) return;
      throw new CommandError(`there is no command "${topic}"; see "${name} --help" for all commands.`);
    }
    command = command.commands.find((each) => each.name() === word);
    if (command === undefined) return;
    name += ` ${word}`;
  }
}

/** commander's "error: …" as one sentence that says what to do. */
function sentenceOf(text: string, command: string): string {
  const message = text
    .replace(/^error: /, '')
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join(' ');
  return `green-ml: ${message}${message.endsWith('.') ? '' : `; see "${command} --help".`}\n`;
}

/**
 * A reader that ends early (`| head`) must not end us or a command that is being measured. After all output is
 * written, the returned function says whether output was lost for another reason.
 */
function guardOutput(): () => boolean {
  let lost = false;
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error) => {
    const code = errorCode(error) ?? String(error);
    if (lost || code === 'EPIPE') return;
    lost = true;
    process.exitCode = 2;
    process.stderr.write(`green-ml: the output cannot be written (${code}); write it to another place.\n`);
  });
  return () => lost;
}

function currentFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

/** Most processes have none, and do not load its code. */
async function agentOf([command]: readonly string[]): Promise<AgentLink | null> {
  const { linkToAgent } = await import('./agent-link');
  return linkToAgent(process.env, command === 'run');
}

/** Runs the command line of this process. */
export async function mainOfProcess(): Promise<void> {
  const outputLost = guardOutput();
  const cwd = currentFolder();
  if (cwd === null) {
    process.stderr.write('green-ml: the current folder no longer exists; change to another folder.\n');
    process.exitCode = 2;
    return;
  }
  const args = process.argv.slice(2);
  const code = await main(args, {
    // Only to open it takes several modules of Node.
    stdin: { [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator]() },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd,
    clock: systemClock,
    files: systemFiles,
    http: systemHttp,
    productFolder: __dirname,
    agent: process.env[agentVariable] === undefined ? null : await agentOf(args),
  });
  process.exitCode = outputLost() ? 2 : code;
}
