import type { TextDocument } from 'vscode';
import type { Finding } from '../../lint/engine/findings';

/** Gives the findings of a document's current text. */
export interface CurrentFindings {
  current(document: TextDocument): Promise<readonly Finding[]>;
}

/** A finding as it is now: the text may have changed since it was shown, so the nearest of its rule is the one. */
export async function findingAt(
  findings: CurrentFindings,
  document: TextDocument,
  rule: string,
  row: number,
): Promise<Finding | undefined> {
  const same = (await findings.current(document)).filter((finding) => finding.rule === rule);
  const distance = ({ mark }: Finding): number => Math.abs(mark.start.row - row);
  return same.sort((a, b) => distance(a) - distance(b))[0];
}
