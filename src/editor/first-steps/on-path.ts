import { join } from 'node:path';
import { l10n, env, window, type ExtensionContext } from 'vscode';
import { removeLaunchers, writeLaunchers } from '../../system/launcher-folder';
import { commands } from '../contributions/commands';
import { contextKeys, launcherFolder } from '../contributions/surfaces';
import { setContext } from '../contributions/use-commands';
import { notify } from '../notify';
import { launchers, pathEntry } from './launcher';

/**
 * `green-ml` in the editor's terminals, only if the user asks for it. The launcher is in the extension's own folder on
 * the computer where the terminals run, and the editor adds that folder to their PATH: no file of the user is changed.
 */
export class OnPath {
  private readonly folder: string;

  constructor(
    private readonly context: Pick<
      ExtensionContext,
      'globalStorageUri' | 'environmentVariableCollection' | 'extensionPath'
    >,
  ) {
    this.folder = join(context.globalStorageUri.fsPath, launcherFolder);
  }

  async put(): Promise<void> {
    await this.renew();
    const tryIt = l10n.t('Try It');
    const copy = l10n.t('Copy Its Folder');
    const answer = await notify.information(
      l10n.t(
        'New terminals of this editor know the command green-ml. For terminals outside of it, add its folder to your own PATH. {0} undoes this.',
        l10n.t(commands.takeOffPath.title),
      ),
      tryIt,
      copy,
    );
    if (answer === copy) await env.clipboard.writeText(this.folder);
    if (answer !== tryIt) return;
    const terminal = window.createTerminal('green-ml');
    terminal.show();
    terminal.sendText('green-ml --help');
  }

  async take(): Promise<void> {
    this.context.environmentVariableCollection.clear();
    await removeLaunchers(this.folder);
    setContext(contextKeys.isOnPath, false);
    void notify.information(l10n.t('New terminals no longer know the command green-ml.'));
  }

  /** Updates change the extension's folder, and in some packages the editor's. */
  async renew(): Promise<void> {
    const target = {
      platform: process.platform,
      program: process.execPath,
      isElectron: process.versions['electron'] !== undefined,
      script: join(this.context.extensionPath, 'dist', 'cli.js'),
      env: process.env,
    };
    const problem = await writeLaunchers(this.folder, launchers(target));
    if (problem !== null) throw new Error(l10n.t('{0} cannot be written: {1}', this.folder, problem));
    const collection = this.context.environmentVariableCollection;
    collection.description = l10n.t('Adds the command `green-ml`');
    // A shell's start-up files may reset PATH; the editor's shell integration adds the folder again.
    collection.append('PATH', pathEntry(this.folder, process.platform), {
      applyAtProcessCreation: true,
      applyAtShellIntegration: true,
    });
    setContext(contextKeys.isOnPath, true);
  }
}
