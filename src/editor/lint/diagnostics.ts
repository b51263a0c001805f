import {
  Diagnostic,
  DiagnosticRelatedInformation,
  DiagnosticSeverity,
  DiagnosticTag,
  l10n,
  Location,
  Range,
  type Uri,
} from 'vscode';
import type { Severity } from '../../lint/engine/rule';
import { unusedSuppressionId } from '../../lint/engine/special-ids';
import { visibleText } from '../../present/plain-text';
import { rangeOf } from './located-edits';
import type { ShownFinding } from './problems';
import { rulePage } from './rule-pages';

const severityOf: Readonly<Record<Severity, DiagnosticSeverity>> = {
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** A finding as a diagnostic. Its code links to the rule's page. */
export function toDiagnostic(finding: ShownFinding): Diagnostic {
  const { rule, message, severity, mark } = finding;
  const diagnostic = new Diagnostic(rangeOf(mark), visibleText(message), severityOf[severity]);
  diagnostic.source = 'Green ML';
  diagnostic.code = { value: rule, target: rulePage(rule) };
  if (rule === unusedSuppressionId) diagnostic.tags = [DiagnosticTag.Unnecessary];
  return diagnostic;
}

/** So many copies of a file are named. */
const mostCopies = 20;

/** A finding in a file that is not open. @param copies files that have it too, as copies of this one */
export function diagnosticIn(uri: Uri, finding: ShownFinding, copies: readonly Uri[]): Diagnostic {
  const diagnostic = uri.path.endsWith('.ipynb') ? toNotebookDiagnostic(finding) : toDiagnostic(finding);
  if (finding.once === null && copies.length > 0)
    diagnostic.relatedInformation = copies
      .slice(0, mostCopies)
      .map(
        (copy) =>
          new DiagnosticRelatedInformation(
            new Location(copy, new Range(0, 0, 0, 0)),
            l10n.t('The same finding in a copy of this file'),
          ),
      );
  return diagnostic;
}

/** A finding in a notebook that is not open. Its cells have no URIs, so the message names the cell and line. */
function toNotebookDiagnostic(finding: ShownFinding): Diagnostic {
  const diagnostic = toDiagnostic(finding);
  diagnostic.range = new Range(0, 0, 0, 0);
  diagnostic.message = `Cell ${(finding.cell ?? 0) + 1}, line ${finding.start.row + 1}: ${diagnostic.message}`;
  return diagnostic;
}

/** A notice about a whole file: why there may be more findings than shown. */
export function noticeDiagnostic(notice: string): Diagnostic {
  const diagnostic = new Diagnostic(new Range(0, 0, 0, 0), notice, DiagnosticSeverity.Information);
  diagnostic.source = 'Green ML';
  return diagnostic;
}
