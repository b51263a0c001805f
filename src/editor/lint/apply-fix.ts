import { l10n, workspace } from 'vscode';
import { notify } from '../notify';
import { findingAt, type CurrentFindings } from './current-findings';
import { workspaceEdit } from './located-edits';

/**
 * Applies a fix of a finding, for links in a hover and a CodeLens.
 * @param uri of the document
 */
export async function applyFix(
  findings: CurrentFindings,
  uri: string,
  rule: string,
  row: number,
  title: string,
): Promise<void> {
  const document = workspace.textDocuments.find((each) => each.uri.toString() === uri);
  if (document === undefined) return;
  const finding = await findingAt(findings, document, rule, row);
  const fix = finding?.fixes.find((each) => each.title === title);
  if (fix === undefined) notify.status(l10n.t('The code has changed: this fix no longer fits.'));
  else await workspace.applyEdit(workspaceEdit(document, fix.edits));
}
