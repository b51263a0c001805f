import { Disposable, lm, type CancellationToken, type ExtensionContext } from 'vscode';
import { commands } from '../contributions/commands';
import { registerCommand } from '../contributions/use-commands';
import type { Log } from '../log';
import { McpServers } from './mcp-servers';
import type { ToolCalls } from './tool-calls';

type Input = Readonly<Record<string, unknown>>;

/** The tools, the server and the command for coding agents. Nothing of them is loaded before an agent asks. */
export class AgentsFeature implements Disposable {
  private readonly registrations: Disposable;
  private calls: Promise<ToolCalls> | null = null;

  constructor(version: string, context: ExtensionContext, log: Log) {
    const calls = (): Promise<ToolCalls> =>
      (this.calls ??= import('./tool-calls').then(({ ToolCalls: Calls }) => new Calls(context.extensionPath, log)));
    this.registrations = Disposable.from(
      ...declaredTools(context).map(({ name, displayName }) =>
        lm.registerTool<Input>(name, {
          prepareInvocation: async ({ input }) => (await calls()).prepare(name, displayName, input),
          invoke: async ({ input }, token: CancellationToken) => (await calls()).invoke(name, input, token),
        }),
      ),
      new McpServers(version, context),
      registerCommand(commands.makeGreener, async () => (await import('./chat-command')).makeGreener(log)),
    );
  }

  dispose(): void {
    this.registrations.dispose();
  }
}

/** A tool as package.json declares it, under its own name and with a title in the person's language. */
interface DeclaredTool {
  readonly name: string;
  readonly displayName: string;
}

function declaredTools({ extension }: ExtensionContext): readonly DeclaredTool[] {
  const { contributes } = extension.packageJSON as {
    readonly contributes: { readonly languageModelTools: readonly DeclaredTool[] };
  };
  return contributes.languageModelTools;
}
