import { l10n, CodeLens, type TextDocument } from 'vscode';
import type { Finding } from '../../lint/engine/findings';
import { inLine, labelText } from '../../present/plain-text';
import { hiddenCommands } from '../contributions/commands';
import { invocation } from '../contributions/links';
import { rangeOf } from './located-edits';

/**
 * The lenses of findings that cost something: what they cost, the way out, what the file's last run used, and beside it the
 * fix.
 * @param lastRun such as "~3.2 Wh"; null if none was measured
 */
export function lensesOf(document: TextDocument, findings: readonly Finding[], lastRun: string | null): CodeLens[] {
  // The run is that of the whole file, and is said once.
  const first = findings.find(({ headline }) => headline !== null);
  return findings.flatMap((finding) => {
    const { headline, wayOut, practice, rule, message, mark } = finding;
    if (headline === null) return [];
    const range = rangeOf(mark);
    const title = labelText(lensTitle(headline, wayOut, finding === first ? lastRun : null));
    return [
      new CodeLens(range, {
        ...invocation(title, hiddenCommands.showPractice, practice, rule),
        tooltip: inLine(message),
      }),
      ...finding.fixes.slice(0, 1).map(
        (fix) =>
          new CodeLens(range, {
            ...invocation(
              labelText(fix.title),
              hiddenCommands.applyFix,
              document.uri.toString(),
              rule,
              mark.start.row,
              fix.title,
            ),
            tooltip: l10n.t('Changes the code. Undo takes it back.'),
          }),
      ),
    ];
  });
}

/** "1,441 fits → 201 with random search · last run ~3.2 Wh" */
function lensTitle(headline: string, wayOut: string | null, lastRun: string | null): string {
  return `${headline}${wayOut === null ? '' : ` → ${wayOut}`}${lastRun === null ? '' : ` · ${l10n.t('last run {0}', lastRun)}`}`;
}
