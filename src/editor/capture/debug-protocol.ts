import { anyObject, fits } from '../../system/shapes';

/** The part of a Debug Adapter Protocol message that we look at; adapters send what they like. */
export interface ProtocolMessage {
  readonly type?: unknown;
  readonly event?: unknown;
  readonly command?: unknown;
  readonly body?: unknown;
}

/** What one message tells of the debuggee's process. */
export interface ProcessMessage {
  readonly pid: number | null;
  /** The process was there before the session. */
  readonly attached: boolean;
  /** The shell in whose terminal the debuggee was started. */
  readonly shellPid: number | null;
  readonly exitCode: number | null;
}

/**
 * Reads the `process` and `exited` events, the answer to `runInTerminal`, and what CodeLLDB prints ("Launched
 * process 1234"). https://microsoft.github.io/debug-adapter-protocol/specification
 */
export function processIdIn(message: ProtocolMessage): ProcessMessage {
  const body = fits(anyObject, message.body) ? message.body : {};
  const nothing: ProcessMessage = { pid: null, attached: false, shellPid: null, exitCode: null };
  if (message.type === 'response' && message.command === 'runInTerminal') {
    return { ...nothing, shellPid: pidOf(body['shellProcessId']) };
  }
  if (message.type !== 'event') return nothing;
  switch (message.event) {
    case 'process':
      // A process of another machine has a number that means nothing here.
      if (body['isLocalProcess'] === false) return nothing;
      return { ...nothing, pid: pidOf(body['systemProcessId']), attached: body['startMethod'] === 'attach' };
    case 'exited':
      return { ...nothing, exitCode: typeof body['exitCode'] === 'number' ? body['exitCode'] : null };
    case 'output': {
      if (body['category'] !== 'console' || typeof body['output'] !== 'string') return nothing;
      const launched = /^Launched process (\d+)/m.exec(body['output']);
      return { ...nothing, pid: pidOf(Number(launched?.[1])) };
    }
    default:
      return nothing;
  }
}

/** What the debuggee printed, by an `output` event; null for anything else. */
export function outputIn({ type, event, body }: ProtocolMessage): string | null {
  if (type !== 'event' || event !== 'output' || !fits(anyObject, body)) return null;
  const { category, output } = body;
  return (category === 'stdout' || category === 'stderr') && typeof output === 'string' ? output : null;
}

/** The thread that an exception has stopped; null for anything else. */
export function stoppedByExceptionIn({ type, event, body }: ProtocolMessage): number | null {
  if (type !== 'event' || event !== 'stopped' || !fits(anyObject, body) || body['reason'] !== 'exception') return null;
  return typeof body['threadId'] === 'number' ? body['threadId'] : null;
}

/** Names and numbers in a debug configuration that say where the program runs. */
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

/** What a debug configuration says of the program's process. */
export interface ProcessHints {
  /** The program may run in a container or on another machine, whose numbers mean other processes here. */
  readonly mayBeElsewhere: boolean;
  /** The session joins a program that runs already. */
  readonly attaches: boolean;
  /** The process that the person chose; null if none. */
  readonly chosenPid: number | null;
  /** One of these stands in the arguments of the program's process. */
  readonly words: readonly string[];
}

/** Reads a configuration of any debugger; its names are theirs. */
export function processHints(configuration: Readonly<Record<string, unknown>>): ProcessHints {
  const attaches = configuration['request'] === 'attach';
  const connect = fits(anyObject, configuration['connect']) ? configuration['connect'] : {};
  const port: unknown = connect['port'] ?? configuration['port'];
  const mayBeElsewhere =
    elsewhere.some(
      (name) =>
        configuration[name] !== undefined && configuration[name] !== null && (name !== 'pathMappings' || attaches),
    ) ||
    (attaches && port !== undefined);
  const program: unknown = configuration['program'] ?? configuration['module'];
  const words = [
    ...(typeof program === 'string' && program !== '' ? [program.split(/[\\/]/).at(-1) ?? program] : []),
    // `python -m debugpy --listen 5678 train.py` says the port that a session joins it by.
    ...(attaches && (typeof port === 'number' || typeof port === 'string') ? [String(port)] : []),
  ];
  return { mayBeElsewhere, attaches, chosenPid: attaches ? pidOf(Number(configuration['processId'])) : null, words };
}

/** Whether the arguments of a process are those of the program that a configuration starts or joins; null if unread. */
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
  // A port alone is a number like any other: the debugger must stand beside it.
  return mayBeElsewhere
    ? named && commandLine.some((argument) => /debugpy|--inspect|gdbserver|lldb-server/.test(argument))
    : named;
}

function pidOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}
