import {
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type CallToolResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { version } from '../../package.json';
import { schemaOf } from '../agents/schema';
import { agentTerminal } from '../agents/terminal';
import { AgentError, type AgentTool, type AgentWorld } from '../agents/tool';
import { agentTools, callTool, checkInput } from '../agents/tools';
import { visibleText } from '../present/plain-text';
import type { Clock } from '../system/clock';
import { systemSourceFiles } from '../system/source-files';
import { CommandError, type Io } from './io';
import { confirmation } from './mcp-confirmation';
import { abilitiesOf, ProjectFolders, type ClientAbilities } from './mcp-folders';
import { messagesUpTo, tooLongAnswer, type SkippedMessage } from './mcp-input';
import { getPrompt, prompts } from './mcp-prompts';
import { listResources, readResource, resourceTemplates } from './mcp-resources';
import { rawStream } from './terminal';

export interface McpOptions {
  /** Absolute; none takes the client's. */
  readonly folders: readonly string[];
  /** Whether the client asks the person before each call. */
  readonly clientConfirms: boolean;
}

const instructions =
  'Green ML measures the energy of machine learning and finds waste in its code. The loop: lint_ml_code on what you write, estimate_training before long jobs, measure_command before and after a change (three times or more each, in turn), compare_runs, and keep only what is proven. Quote figures with their range and method; null is unknown, never 0.';

/** Bytes. The SDK ends the conversation at ten mebibytes. */
const longestMessage = 8_000_000;

/** These lists stay the same while a server lives, so that clients may keep them, for an hour. */
const wholeList = { ttlMs: 3_600_000, cacheScope: 'private' } as const;

/**
 * Serves one client until it closes standard input, or we are asked to end. Then all calls that are running end with all
 * that they started.
 *
 * @throws CommandError if a folder does not exist
 */
export async function serveAgents(io: Io, { folders, clientConfirms }: McpOptions): Promise<void> {
  for (const folder of folders) await requireFolder(folder);
  const end = new AbortController();
  const projects = new ProjectFolders(folders, io.cwd);
  const terminal = agentTerminal({
    script: join(io.productFolder, 'cli.js'),
    program: process.execPath,
    // An editor that runs us as Node must do so again.
    env: process.versions['electron'] === undefined ? io.env : { ...io.env, ELECTRON_RUN_AS_NODE: '1' },
    clock: io.clock,
  });
  const calls = new Set<Promise<unknown>>();
  const tracked: AgentWorld['terminal'] = (call, signal) => {
    const answer = terminal(call, signal);
    const settled: Promise<unknown> = answer.then(
      () => calls.delete(settled),
      () => calls.delete(settled),
    );
    calls.add(settled);
    return answer;
  };
  const worldOf = (ctx: ServerContext): AgentWorld => ({
    folders: projects.known,
    terminal: tracked,
    whyNoCommands: null,
    signal: AbortSignal.any([ctx.mcpReq.signal, end.signal]),
    ...reportOf(ctx, io.clock),
  });
  const stop = (): void => end.abort();
  const output = new Writable(outputOf(io, stop));
  // Each answer that waits for a slow reader listens for its end.
  output.setMaxListeners(0);
  const skipped = (message: SkippedMessage): void => void output.write(tooLongAnswer(message, longestMessage));
  const input = Readable.from(messagesUpTo(longestMessage, io.stdin, skipped), { objectMode: false });
  const transport = new StdioServerTransport(input, output);
  const handle = serveStdio(() => makeServer(worldOf, projects, clientConfirms), {
    transport,
    onerror: () => undefined,
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  await Promise.race([once(input, 'close'), once(end.signal, 'abort')]);
  end.abort();
  await handle.close();
  await Promise.all(calls);
  // A read that is under way would keep the process alive.
  process.stdin.destroy();
  input.destroy();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, stop);
}

/** Notifications of progress, if the client has asked for them with this request. */
function reportOf({ mcpReq }: ServerContext, clock: Clock): Pick<AgentWorld, 'report'> {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return {};
  const start = clock.wallMilliseconds();
  let last = 0;
  return {
    report: (message) => {
      // Seconds: each must be more than the last, even if the clock is set back.
      last = Math.max(last + 0.001, (clock.wallMilliseconds() - start) / 1000);
      const params = { progressToken, progress: last, message };
      void mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
    },
  };
}

/**
 * Standard output as the protocol needs it: each message as it is, and none after the reader has gone.
 *
 * @param onGone called when it has
 */
function outputOf(io: Io, onGone: () => void): ConstructorParameters<typeof Writable>[0] {
  const stream = rawStream(io.stdout);
  // Nobody reads the answers of calls that still run.
  stream.once('close', onGone);
  return {
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      if (stream.write(chunk)) done();
      else stream.once('drain', () => done());
    },
  };
}

async function requireFolder(folder: string): Promise<void> {
  const found = await systemSourceFiles.inspect(folder).catch(() => null);
  if (found?.kind !== 'folder')
    throw new CommandError(`there is no folder ${folder}; give the folder of a project with --folder.`);
}

function makeServer(
  worldOf: (ctx: ServerContext) => AgentWorld,
  projects: ProjectFolders,
  clientConfirms: boolean,
): McpServer {
  const made = new McpServer(
    { name: 'green-ml', title: 'Green ML', version },
    {
      capabilities: { tools: {}, resources: {}, prompts: {} },
      instructions,
      cacheHints: { 'tools/list': wholeList, 'prompts/list': wholeList, 'resources/templates/list': wholeList },
    },
  );
  const { server } = made;
  const abilities = (ctx: ServerContext): ClientAbilities =>
    // Clients of the protocol before 2026 say what they can do at the start, and there is no other way to read it.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    abilitiesOf(ctx, server.getClientCapabilities());
  server.setRequestHandler('tools/list', () => ({ tools: agentTools.map(listed) }));
  server.setRequestHandler('tools/call', async ({ params }, ctx) => {
    const tool = agentTools.find(({ name }) => name === params.name);
    if (tool === undefined)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `There is no tool "${params.name.slice(0, 60)}"; the tools are ${agentTools.map(({ name }) => name).join(', ')}.`,
      );
    try {
      const asked = folderQuestion(tool, () => projects.ask(ctx, abilities(ctx)));
      if (asked !== null) return asked;
      const world = worldOf(ctx);
      if (tool.effect === 'runs a command' && !clientConfirms) {
        const confirm = confirmation(ctx, checkInput(tool, params.arguments, world), abilities(ctx));
        if (confirm !== null) return confirm;
      }
      return resultOf(await callTool(tool, params.arguments, world));
    } catch (error) {
      return failed(error);
    }
  });
  server.setRequestHandler('resources/list', () => ({ resources: listResources() }));
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [...resourceTemplates] }));
  server.setRequestHandler('resources/read', ({ params }, ctx) =>
    orProtocolError(async () => {
      const asked = projects.ask(ctx, abilities(ctx));
      return asked ?? (await readResource(params.uri, worldOf(ctx)));
    }),
  );
  server.setRequestHandler('prompts/list', () => ({ prompts: [...prompts] }));
  server.setRequestHandler('prompts/get', ({ params }) =>
    orProtocolError(() => Promise.resolve(getPrompt(params.name, params.arguments ?? {}))),
  );
  return made;
}

/** The question for the client; null if its folders are known, or if the tool needs none. */
function folderQuestion(
  { worksAnywhere = false }: AgentTool,
  ask: () => ReturnType<ProjectFolders['ask']>,
): ReturnType<ProjectFolders['ask']> {
  try {
    return ask();
  } catch (error) {
    if (worksAnywhere && error instanceof AgentError) return null;
    throw error;
  }
}

function listed(tool: AgentTool) {
  const { name, title, description, effect } = tool;
  const runs = effect === 'runs a command';
  return {
    name,
    title,
    description,
    inputSchema: schemaOf(tool),
    // The other hints mean nothing for a tool that only reads.
    annotations: {
      readOnlyHint: !runs,
      ...(runs ? { destructiveHint: true, idempotentHint: false } : {}),
      openWorldHint: effect !== 'reads',
    },
  };
}

function resultOf(answer: Readonly<Record<string, unknown>>): CallToolResult {
  return { content: [{ type: 'text', text: visibleText(JSON.stringify(answer)) }], structuredContent: { ...answer } };
}

/** A sentence for the model; what is not one is a fault of ours, and says nothing of the machine. */
function failed(error: unknown): CallToolResult {
  const text = error instanceof AgentError ? error.message : 'The tool failed; tell the person to report it.';
  return { content: [{ type: 'text', text }], isError: true };
}

/** @throws ProtocolError instead of AgentError */
async function orProtocolError<T>(answer: () => Promise<T>): Promise<T> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof AgentError) throw new ProtocolError(ProtocolErrorCode.InvalidParams, error.message);
    throw error;
  }
}
