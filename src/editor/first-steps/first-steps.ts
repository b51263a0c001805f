import { l10n, Disposable, Uri, window, workspace, type ExtensionContext } from 'vscode';
import { isThere } from '../../system/folders';
import { commands, editorCommands } from '../contributions/commands';
import { launcherFolder, walkthroughId } from '../contributions/surfaces';
import { executeCommand, registerCommand } from '../contributions/use-commands';
import type { Log } from '../log';
import { notify } from '../notify';
import { readWorkspaceText } from '../workspace-file';
import type { OnPath } from './on-path';

/** Commands for the first minutes, which work in an empty window as well. */
export class FirstSteps implements Disposable {
  private readonly registrations: Disposable;

  constructor(context: ExtensionContext, log: Log) {
    const onPath = async (): Promise<OnPath> => new (await import('./on-path')).OnPath(context);
    const failed = (error: unknown): void => {
      log.error('A command failed.', error);
      void notify.error(l10n.t('That did not work: {0}', error instanceof Error ? error.message : String(error)));
    };
    this.registrations = Disposable.from(
      registerCommand(commands.getStarted, () =>
        executeCommand(editorCommands.openWalkthrough, `${context.extension.id}#${walkthroughId}`, false),
      ),
      registerCommand(commands.showLog, () => log.show()),
      registerCommand(commands.openExample, () => openExample(context.extensionUri).catch(failed)),
      registerCommand(commands.putOnPath, async () => (await onPath()).put().catch(failed)),
      registerCommand(commands.takeOffPath, async () => (await onPath()).take().catch(failed)),
    );
    const isOnPath = isThere(Uri.joinPath(context.globalStorageUri, launcherFolder).fsPath);
    if (isOnPath)
      onPath()
        .then((path) => path.renew())
        .catch((error: unknown) => log.error('The launcher of green-ml could not be renewed.', error));
  }

  dispose(): void {
    this.registrations.dispose();
  }
}

/** The example is opened without a name, so that nothing is written and it can be changed at will. */
async function openExample(extension: Uri): Promise<void> {
  const content = await readWorkspaceText(Uri.joinPath(extension, 'media', 'example', 'findings.py'));
  const document = await workspace.openTextDocument({ language: 'python', content });
  await window.showTextDocument(document);
}
