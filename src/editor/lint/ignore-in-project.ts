import { l10n, Range, Uri, WorkspaceEdit, window, workspace } from 'vscode';
import { ConfigError, readConfig } from '../../lint/files/config';
import { withIgnoredRule } from '../../lint/files/config-edit';
import { allRules } from '../../lint/rules';
import { settingsFileNames } from '../../project/nearest';
import { UnreadableFileError } from '../../system/files';
import { readWorkspaceText } from '../workspace-file';
import { notify } from '../notify';

/**
 * Adds a rule to `ignore` in the configuration of a file: the nearest one with Green ML settings, else the nearest
 * `pyproject.toml` of the project, else a new one in the project's folder.
 */
export async function ignoreInProject(rule: unknown, file: unknown): Promise<void> {
  const known = allRules.find(({ id }) => id === rule)?.id;
  const folder = file instanceof Uri ? workspace.getWorkspaceFolder(file) : undefined;
  if (known === undefined || folder === undefined || !(file instanceof Uri)) return;
  try {
    const config = await findConfig(file, folder.uri);
    const text = await withIgnoredRule({ text: config.text ?? '', path: config.uri.path }, known, allRules);
    if (text === null) {
      void notify.warning(
        l10n.t(
          '{0} cannot be changed safely. Add "{1}" to its ignore list yourself.',
          workspace.asRelativePath(config.uri),
          known,
        ),
      );
      await window.showTextDocument(config.uri);
    } else await write(config, text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    void notify.error(error.message);
  }
}

interface EditedConfig {
  readonly uri: Uri;
  /** Null if the file does not exist yet. */
  readonly text: string | null;
}

async function findConfig(file: Uri, project: Uri): Promise<EditedConfig> {
  let plain: EditedConfig | null = null;
  for (let folder = parentOf(file); ; folder = parentOf(folder)) {
    for (const name of settingsFileNames) {
      const uri = Uri.joinPath(folder, name);
      const text = await readText(uri);
      if (text === null) continue;
      if ((await readConfig(text, uri.path, '', allRules)) !== null) return { uri, text };
      if (`${folder.path}/`.startsWith(`${project.path.replace(/\/$/, '')}/`)) plain ??= { uri, text };
    }
    if (folder.path === '/' || folder.path === parentOf(folder).path) break;
  }
  return plain ?? { uri: Uri.joinPath(project, 'pyproject.toml'), text: null };
}

const parentOf = (uri: Uri): Uri =>
  uri.with({ path: uri.path.slice(0, Math.max(1, uri.path.lastIndexOf('/'))), query: '', fragment: '' });

/** The text in the editor, which may be newer than the file. */
async function readText(uri: Uri): Promise<string | null> {
  const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open !== undefined) return open.getText();
  try {
    return await readWorkspaceText(uri);
  } catch (error) {
    if (error instanceof UnreadableFileError)
      throw new ConfigError(l10n.t('{0} cannot be changed. {1}', workspace.asRelativePath(uri), error.message));
    return null;
  }
}

/** Changes the file with an edit, so that it can be undone, and saves it, so that it applies at once. */
async function write({ uri, text: before }: EditedConfig, text: string): Promise<void> {
  if (before === null) {
    await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  } else {
    const document = await workspace.openTextDocument(uri);
    const edit = new WorkspaceEdit();
    edit.replace(uri, new Range(document.positionAt(0), document.positionAt(document.getText().length)), text);
    await workspace.applyEdit(edit);
    await document.save();
  }
  notify.status(l10n.t('Added to the ignore list in {0}', workspace.asRelativePath(uri)));
}
