import { FileType, workspace, type Uri } from 'vscode';
import { errorCode, readRegularFile, smallFileBytes, UnreadableFileError } from '../system/files';

/**
 * Reads a file of the workspace or of the extension. The file must be a regular file (or a link to one) of at most
 * `limitBytes`, so that a link to an endless device cannot fill the memory of the extension host.
 *
 * @throws UnreadableFileError, Node's `ErrnoException`, or VS Code's `FileSystemError`
 */
export async function readWorkspaceFile(uri: Uri, limitBytes = smallFileBytes): Promise<Uint8Array> {
  // VS Code asks the window for each file, even for those of this machine, and a window that draws answers late.
  if (uri.scheme === 'file') return readRegularFile(uri.fsPath, limitBytes);
  const { type, size } = await workspace.fs.stat(uri);
  if ((type & FileType.File) === 0)
    throw new UnreadableFileError('ENOTREG', 'It is a device, a pipe or a folder, not a regular file.');
  if (size > limitBytes) throw new UnreadableFileError('EFBIG', `It is larger than ${limitBytes / 1e6} MB, the limit.`);
  return workspace.fs.readFile(uri);
}

/** `readWorkspaceFile` as text in UTF-8, without a byte order mark. */
export async function readWorkspaceText(uri: Uri, limitBytes = smallFileBytes): Promise<string> {
  return new TextDecoder().decode(await readWorkspaceFile(uri, limitBytes));
}

/** Whether `readWorkspaceFile` failed because there is no such file. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'FileNotFound'].includes(errorCode(error) ?? '');
}
