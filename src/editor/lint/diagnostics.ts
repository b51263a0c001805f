import { Diagnostic, DiagnosticSeverity, DiagnosticTag, Range } from 'vscode';
import type { Finding } from '../../lint/engine/findings';
import type { Severity } from '../../lint/engine/rule';
import { unusedSuppressionId } from '../../lint/engine/special-ids';
import { visibleText } from '../../present/plain-text';
import { rangeOf } from './located-edits';
import { rulePage } from './rule-pages';

const severityOf: Readonly<Record<Severity, DiagnosticSeverity>> = {
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** A finding as the editor underlines it; its code opens the rule's page. */
export function toDiagnostic(finding: Finding): Diagnostic {
  const { rule, message, severity } = finding;
  const diagnostic = new Diagnostic(rangeOf(finding), visibleText(message), severityOf[severity]);
  diagnostic.source = 'Green ML';
  diagnostic.code = { value: rule, target: rulePage(rule) };
  if (rule === unusedSuppressionId) diagnostic.tags = [DiagnosticTag.Unnecessary];
  return diagnostic;
}

/** A finding in a notebook that is not open, whose cells have no addresses: it names the place in words. */
export function toNotebookDiagnostic(finding: Finding): Diagnostic {
  const diagnostic = toDiagnostic(finding);
  diagnostic.range = new Range(0, 0, 0, 0);
  diagnostic.message = `Cell ${(finding.cell ?? 0) + 1}, line ${finding.start.row + 1}: ${diagnostic.message}`;
  return diagnostic;
}

/** What the linter has to say of a whole file: why there may be more than it shows. */
export function noticeDiagnostic(notice: string): Diagnostic {
  const diagnostic = new Diagnostic(new Range(0, 0, 0, 0), notice, DiagnosticSeverity.Information);
  diagnostic.source = 'Green ML';
  return diagnostic;
}
