import { dirname, join } from 'node:path';
import { Uri, workspace } from 'vscode';
import { agentTerminal } from '../../agents/terminal';
import type { AgentWorld } from '../../agents/tool';
import { settingVariables } from './setting-variables';

/** Commands that read the files of the folder, and nothing of its settings but those of the linter. */
const readsFolder: ReadonlySet<string | undefined> = new Set(['lint', 'practices']);

/** `green-ml` as it comes with the extension, with the editor's own Node and the settings of VS Code. */
export function editorTerminal(extensionPath: string): AgentWorld['terminal'] {
  const script = join(extensionPath, 'dist', 'cli.js');
  const run = agentTerminal({ script, program: process.execPath, env: variables });
  // In Restricted Mode, what the settings file of the folder says of places and budgets does not count.
  return (call, signal) =>
    run(workspace.isTrusted || readsFolder.has(call.args[0]) ? call : { ...call, cwd: dirname(script) }, signal);
}

async function variables(cwd: string): Promise<NodeJS.ProcessEnv> {
  const folder = workspace.getWorkspaceFolder(Uri.file(cwd))?.uri ?? null;
  return { ...ownEnvironment(process.env), ...(await settingVariables(folder)), ELECTRON_RUN_AS_NODE: '1' };
}

/** Without what is meant for the editor's own processes, as in its terminals. */
function ownEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name)));
}
