import { join } from 'node:path';
import { EventEmitter, lm, McpStdioServerDefinition, workspace, type Disposable, type ExtensionContext } from 'vscode';
import { mcpProvider } from '../contributions/surfaces';
import { affectsSettings, Settings, trueOrFalse } from '../contributions/use-settings';
import { localFolders } from './local-folders';

/**
 * The server of the Model Context Protocol, for agents in the editor that know only such servers. It is offered only if
 * the person turns it on, because the editor has the same tools without it.
 */
export class McpServers implements Disposable {
  private readonly changed = new EventEmitter<void>();
  private readonly subscriptions: readonly Disposable[];

  constructor(version: string, { extensionPath }: ExtensionContext) {
    const fire = (): void => this.changed.fire();
    this.subscriptions = [
      this.changed,
      workspace.onDidChangeWorkspaceFolders(fire),
      workspace.onDidGrantWorkspaceTrust(fire),
      workspace.onDidChangeConfiguration((event) => {
        if (affectsSettings(event, 'agents.mcpServer')) fire();
      }),
      lm.registerMcpServerDefinitionProvider(mcpProvider.id, {
        onDidChangeMcpServerDefinitions: this.changed.event,
        provideMcpServerDefinitions: () => serverDefinitions(version, extensionPath),
      }),
    ];
  }

  dispose(): void {
    for (const each of this.subscriptions) each.dispose();
  }
}

/** The server for the open folders; none in Restricted Mode, without a folder, or if it is turned off. */
function serverDefinitions(version: string, extensionPath: string): McpStdioServerDefinition[] {
  const folders = localFolders();
  const isOn = new Settings().read('agents.mcpServer', trueOrFalse);
  if (!isOn || !workspace.isTrusted || folders.length === 0) return [];
  const args = [
    join(extensionPath, 'dist', 'cli.js'),
    'mcp',
    // The editor itself asks before each call of a tool that does more than read.
    '--client-confirms',
    ...folders.flatMap((folder) => ['--folder', folder]),
  ];
  const env = { ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: null };
  return [new McpStdioServerDefinition(mcpProvider.label, process.execPath, args, env, version)];
}
