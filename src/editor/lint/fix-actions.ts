import {
  l10n,
  CodeAction,
  CodeActionKind,
  languages,
  type CodeActionContext,
  type CodeActionProvider,
  type Disposable,
  type Range,
  type TextDocument,
} from 'vscode';
import { safeEdits } from '../../lint/fixes/apply-fixes';
import type { Finding, LocatedFix } from '../../lint/engine/findings';
import type { CurrentFindings } from './current-findings';
import { ignoreAction } from './ignore-actions';
import { lintedLanguages, rangeOf, workspaceEdit } from './located-edits';

const refactoring = CodeActionKind.RefactorRewrite.append('green-ml');
const fixAll = CodeActionKind.SourceFixAll.append('green-ml');

/** Code actions: fixes of findings, "Ignore…", and all safe fixes at once. */
export function registerFixActions(findings: CurrentFindings): readonly Disposable[] {
  return [
    languages.registerCodeActionsProvider(lintedLanguages, new FixActions(findings), {
      providedCodeActionKinds: [CodeActionKind.QuickFix, refactoring],
    }),
    languages.registerCodeActionsProvider(lintedLanguages, new FixAll(findings), { providedCodeActionKinds: [fixAll] }),
  ];
}

class FixActions implements CodeActionProvider {
  constructor(private readonly findings: CurrentFindings) {}

  async provideCodeActions(document: TextDocument, range: Range, context: CodeActionContext): Promise<CodeAction[]> {
    const { only } = context;
    // Unsafe fixes are also refactorings; the Refactor menu asks only for those.
    const isRefactorMenu = only !== undefined && !only.contains(CodeActionKind.QuickFix);
    if (isRefactorMenu && !only.contains(refactoring)) return [];
    const here = (await this.findings.current(document)).filter(
      (finding) => rangeOf(finding).intersection(range) !== undefined,
    );
    const fixes = here.flatMap((finding) =>
      finding.fixes
        .filter(({ safe }) => !(isRefactorMenu && safe))
        .map((fix) =>
          fixAction(document, finding, fix, isRefactorMenu ? refactoring : CodeActionKind.QuickFix, context),
        ),
    );
    if (isRefactorMenu) return fixes;
    // The menu keeps this order: fixes come before "Ignore".
    return [...fixes, ...here.map((finding) => withDiagnostic(ignoreAction(document, finding), finding, context))];
  }
}

/** Applied as soon as it is chosen. VS Code offers undo, and a preview (Ctrl+Enter in the menu). */
function fixAction(
  document: TextDocument,
  finding: Finding,
  { title, safe, edits }: LocatedFix,
  kind: CodeActionKind,
  context: CodeActionContext,
): CodeAction {
  const action = new CodeAction(title, kind);
  // "Auto Fix" applies preferred fixes without asking, so only safe ones are preferred.
  action.isPreferred = safe;
  action.edit = workspaceEdit(document, edits);
  return withDiagnostic(action, finding, context);
}

function withDiagnostic(action: CodeAction, finding: Finding, { diagnostics }: CodeActionContext): CodeAction {
  const range = rangeOf(finding.mark);
  action.diagnostics = diagnostics.filter(
    ({ code, range: other }) => typeof code === 'object' && code.value === finding.rule && other.isEqual(range),
  );
  return action;
}

/** `source.fixAll.green-ml`: all safe fixes of a document, or of a cell. */
class FixAll implements CodeActionProvider {
  constructor(private readonly findings: CurrentFindings) {}

  async provideCodeActions(document: TextDocument, _range: Range, { only }: CodeActionContext): Promise<CodeAction[]> {
    if (only?.intersects(fixAll) !== true) return [];
    const findings = await this.findings.current(document);
    // VS Code asks for each cell of a notebook separately.
    const own = findings.filter((finding) =>
      finding.fixes.every(({ edits }) => edits.every(({ cell }) => cell === finding.cell)),
    );
    const { edits } = safeEdits(own);
    if (edits.length === 0) return [];
    const action = new CodeAction(l10n.t('Apply all safe fixes (Green ML)'), fixAll);
    action.edit = workspaceEdit(document, edits);
    return [action];
  }
}
