import * as v from 'valibot';
import { lenient, positiveInteger, read } from '../../system/shapes';

/** What we read of the bodies of messages; each kind of message has some of it. */
const bodyShape = lenient({
  isLocalProcess: v.boolean(),
  systemProcessId: positiveInteger,
  startMethod: v.string(),
  shellProcessId: positiveInteger,
  exitCode: v.number(),
  category: v.string(),
  output: v.string(),
  reason: v.string(),
  threadId: v.number(),
});

/** Some debuggers take the port and the process as a text. */
const portShape = v.union([v.number(), v.string()]);

/** What we read of a debug configuration. */
const configurationShape = lenient({
  request: v.string(),
  program: v.string(),
  module: v.string(),
  args: v.union([v.array(v.string()), v.string()]),
  port: portShape,
  connect: lenient({ port: portShape }),
  processId: v.pipe(v.union([v.number(), v.string()]), v.transform(Number), positiveInteger),
});

/** The part of a Debug Adapter Protocol message that is used. Adapters can send anything. */
export interface ProtocolMessage {
  readonly type?: unknown;
  readonly event?: unknown;
  readonly command?: unknown;
  readonly body?: unknown;
}

/** What one message says about the debuggee's process. */
interface ProcessMessage {
  readonly pid: number | null;
  /** The process was running before the session. */
  readonly attached: boolean;
  /** The shell of the terminal in which the debuggee was started. */
  readonly shellPid: number | null;
  readonly exitCode: number | null;
}

/**
 * Reads the `process` and `exited` events, the answer to `runInTerminal`, and what CodeLLDB prints ("Launched
 * process 1234"). https://microsoft.github.io/debug-adapter-protocol/specification
 */
export function processIdIn(message: ProtocolMessage): ProcessMessage {
  const body = v.parse(bodyShape, message.body);
  const nothing: ProcessMessage = { pid: null, attached: false, shellPid: null, exitCode: null };
  if (message.type === 'response' && message.command === 'runInTerminal') {
    return { ...nothing, shellPid: body.shellProcessId };
  }
  if (message.type !== 'event') return nothing;
  switch (message.event) {
    case 'process':
      // A process ID of another machine means nothing here.
      if (body.isLocalProcess === false) return nothing;
      return { ...nothing, pid: body.systemProcessId, attached: body.startMethod === 'attach' };
    case 'exited':
      return { ...nothing, exitCode: body.exitCode };
    case 'output': {
      if (body.category !== 'console' || body.output === null) return nothing;
      const launched = /^Launched process (\d+)/m.exec(body.output);
      return { ...nothing, pid: read(positiveInteger, Number(launched?.[1])) };
    }
    default:
      return nothing;
  }
}

/** What the debuggee printed, from an `output` event; null for other messages. */
export function outputIn({ type, event, body }: ProtocolMessage): string | null {
  if (type !== 'event' || event !== 'output') return null;
  const { category, output } = v.parse(bodyShape, body);
  return category === 'stdout' || category === 'stderr' ? output : null;
}

/** Whether a person asks the editor to end the session: it tells the adapter. It also does so once the program has ended. */
export function asksToEnd({ type, command }: ProtocolMessage): boolean {
  return type === 'request' && (command === 'terminate' || command === 'disconnect');
}

/** Whether the program has ended. */
export function hasEnded({ type, event }: ProtocolMessage): boolean {
  return type === 'event' && (event === 'exited' || event === 'terminated');
}

/** The program of a configuration with its arguments; null if it names none. */
export function commandIn(configuration: Readonly<Record<string, unknown>>): readonly string[] | null {
  const { program, module, args } = v.parse(configurationShape, configuration);
  const started =
    program !== null && program !== '' ? [program] : module !== null && module !== '' ? ['-m', module] : [];
  if (started.length === 0) return null;
  return [...started, ...(typeof args === 'string' ? args.split(' ').filter((word) => word !== '') : (args ?? []))];
}

/** The thread that stopped at an exception; null for other messages. */
export function stoppedByExceptionIn({ type, event, body }: ProtocolMessage): number | null {
  if (type !== 'event' || event !== 'stopped') return null;
  const { reason, threadId } = v.parse(bodyShape, body);
  return reason === 'exception' ? threadId : null;
}

/** Keys of a debug configuration that say where the program runs. */
const elsewhere: readonly string[] = [
  'connect',
  'listen',
  'host',
  'hostName',
  'address',
  'pathMappings',
  'pipeTransport',
  'remoteRoot',
  'miDebuggerServerAddress',
  'debugServer',
  'containerName',
  'podName',
];

/** What a debug configuration says about the program's process. */
export interface ProcessHints {
  /** The program may run in a container or on another machine, where process IDs mean other processes. */
  readonly mayBeElsewhere: boolean;
  /** The session attaches to a program that is already running. */
  readonly attaches: boolean;
  /** The process to attach to; null if not given. */
  readonly chosenPid: number | null;
  /** One of these is among the arguments of the program's process. */
  readonly words: readonly string[];
}

/** Reads the configuration of any debugger. */
export function processHints(configuration: Readonly<Record<string, unknown>>): ProcessHints {
  const { request, connect, processId, ...known } = v.parse(configurationShape, configuration);
  const attaches = request === 'attach';
  const port = connect.port ?? known.port;
  const mayBeElsewhere =
    elsewhere.some(
      (name) =>
        configuration[name] !== undefined && configuration[name] !== null && (name !== 'pathMappings' || attaches),
    ) ||
    (attaches && configuration['port'] !== undefined);
  const program = known.program ?? known.module;
  const words = [
    ...(program !== null && program !== '' ? [program.split(/[\\/]/).at(-1) ?? program] : []),
    // `python -m debugpy --listen 5678 train.py` has the port that a session attaches to.
    ...(attaches && port !== null ? [String(port)] : []),
  ];
  return { mayBeElsewhere, attaches, chosenPid: attaches ? processId : null, words };
}

/** Whether the arguments of a process match the program of the configuration; null if they could not be read. */
export function fitsProgram(
  commandLine: readonly string[] | null,
  { words, mayBeElsewhere }: ProcessHints,
): boolean | null {
  if (commandLine === null) return null;
  const named = words.some((word) =>
    commandLine.some(
      (argument) =>
        argument === word ||
        argument.endsWith(`/${word}`) ||
        argument.endsWith(`\\${word}`) ||
        argument.endsWith(`:${word}`),
    ),
  );
  // A port alone could be any number: the name of a debugger must be there too.
  return mayBeElsewhere
    ? named && commandLine.some((argument) => /debugpy|--inspect|gdbserver|lldb-server/.test(argument))
    : named;
}
