import { l10n, window, workspace, Range, WorkspaceEdit, type Uri } from 'vscode';
import { notify } from '../notify';
import type { FoundRegion } from './current-region';

/** Writes a region where another one was found in a file, and shows it there; the file is not saved. False if it could not. */
export async function writeRegion({ place, where, region: before }: FoundRegion, region: string): Promise<boolean> {
  // The file may have changed since.
  if (place === null || (await textAt(place.uri, place.range)) !== place.written) {
    void notify.warning(l10n.t('{0} is no longer in {1}, so nothing was written.', before, where));
    return false;
  }
  const edit = new WorkspaceEdit();
  edit.replace(place.uri, place.range, region);
  if (!(await workspace.applyEdit(edit))) {
    void notify.warning(l10n.t('{0} could not be written into {1}.', region, where));
    return false;
  }
  const { start } = place.range;
  await window.showTextDocument(place.uri, { selection: new Range(start, start.translate(0, region.length)) });
  return true;
}

async function textAt(uri: Uri, range: Range): Promise<string | null> {
  try {
    return (await workspace.openTextDocument(uri)).getText(range);
  } catch {
    return null;
  }
}
