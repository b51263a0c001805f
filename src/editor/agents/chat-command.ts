import { l10n, window, workspace } from 'vscode';
import { editorCommands } from '../contributions/commands';
import { availableCommands, executeCommand } from '../contributions/use-commands';
import type { Log } from '../log';
import { notify } from '../notify';

/** Opens the editor's chat with an agent that works on the open file as the skill says. */
export async function makeGreener(log: Log): Promise<void> {
  const uri = window.activeNotebookEditor?.notebook.uri ?? window.activeTextEditor?.document.uri;
  if (uri?.scheme !== 'file' || workspace.getWorkspaceFolder(uri) === undefined) {
    void notify.warning(l10n.t('Open a Python file or notebook of the project first.'));
    return;
  }
  if (!(await availableCommands()).has(editorCommands.openChat.id)) {
    void notify.warning(l10n.t('This editor has no chat. Other coding agents can use the tools with green-ml mcp.'));
    return;
  }
  try {
    const query = requestFor(workspace.asRelativePath(uri));
    await executeCommand(editorCommands.openChat, { query, mode: 'agent', attachFiles: [uri] });
  } catch (error) {
    log.error('The chat could not be opened.', error);
    void notify.error(l10n.t('The chat could not be opened. Check that an agent, such as GitHub Copilot, is set up.'));
  }
}

/** Says the whole loop, for editors and agents that do not read the skill. */
function requestFor(path: string): string {
  return [
    `Make the training in ${path} greener at equal quality, with the tools of Green ML and its skill green-ml.`,
    'Find the waste with #lint_ml_code, and ask me for the command that runs the training if it is not clear.',
    'Measure it with #measure_command before you change anything and again after each change, at least three times each if it is short.',
    'Compare with #compare_runs. Keep only changes for which the comparison says "less" at an equal metric, and take back the others.',
    'At the end, state the saving with its range and the metric before and after, or say that the runs cannot be told apart.',
  ].join(' ');
}
