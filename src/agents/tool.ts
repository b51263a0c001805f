import type * as v from 'valibot';

/**
 * A tool for coding agents: what the editor contributes as a language model tool and `green-ml mcp` offers to any client
 * of the Model Context Protocol.
 */
export interface AgentTool {
  /** `{verb}_{noun}`, the same in the editor and in the protocol. */
  readonly name: string;
  /** For people, such as "Find Waste in ML Code". */
  readonly title: string;
  /** For the model: what it does, units, limits, and when to use it. */
  readonly description: string;
  /** The parameters, each with a description that names its unit. */
  readonly parameters: v.GenericSchema<Readonly<Record<string, unknown>>>;
  /** Tools that read only need no confirmation; one that runs a command always does. */
  readonly effect: 'reads' | 'asks the network' | 'runs a command';
  /** It needs no folder of a project, and answers without one. */
  readonly worksAnywhere?: boolean;
  /**
   * What the shape of the parameters cannot say, for those who ask a person before the call.
   *
   * @throws AgentError
   */
  readonly check?: (input: Readonly<Record<string, unknown>>) => void;
  /**
   * @param input checked against `parameters`
   * @throws AgentError with one sentence that tells the model what to do next
   */
  call(input: Readonly<Record<string, unknown>>, world: AgentWorld): Promise<AgentAnswer>;
}

/** What a tool may use; passed in, so that tools are the same in the editor, in the terminal and in tests. */
export interface AgentWorld {
  /** The folders of the project, absolute: no path that an agent names leads out of them. The first is the current one. */
  readonly folders: readonly string[];
  /** Runs one command line of `green-ml` in a process of its own, without a shell. It ends, with all it started, when `signal` aborts. */
  readonly terminal: (call: TerminalCall, signal: AbortSignal) => Promise<TerminalAnswer>;
  /** Why no command may be run here, as a sentence; null if it may. */
  readonly whyNoCommands: string | null;
  readonly signal: AbortSignal;
  /** Tells the person how far a long call is, in one line; absent if nobody listens. */
  readonly report?: (text: string) => void;
}

export interface TerminalCall {
  readonly args: readonly string[];
  /** Absolute; null for a place that belongs to no project. */
  readonly cwd: string | null;
  readonly stdin?: string;
  /** It is stopped when it takes longer than this many seconds; 120 if absent. */
  readonly seconds?: number;
  /** Told now and then how far it is, in one line. */
  readonly onProgress?: (text: string) => void;
}

export interface TerminalAnswer {
  readonly code: number;
  /** The last part of it if there is very much. */
  readonly stdout: string;
  readonly stderr: string;
  /** It was stopped because it took too long. */
  readonly isLate?: boolean;
  /** Somebody else ended it by this signal. */
  readonly killedBy?: NodeJS.Signals;
}

/** A short answer, as JSON. Every figure says how it is known and its range. */
export type AgentAnswer = Readonly<Record<string, unknown>>;

/** A call failed; the message tells the model what to do next. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
}
