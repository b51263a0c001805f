import {
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
import { ignoreAction } from './ignore-actions';
import { lintedLanguages, rangeOf, workspaceEdit } from './located-edits';

/** Who knows the findings of a document's present text. */
export interface CurrentFindings {
  current(document: TextDocument): Promise<readonly Finding[]>;
}

const refactoring = CodeActionKind.RefactorRewrite.append('green-ml');
const fixAll = CodeActionKind.SourceFixAll.append('green-ml');

/** The actions on findings: their fixes, one way to ignore each of them, and all safe fixes at once. */
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
    // The Refactor menu asks for refactorings alone: there a rewrite is one. Everywhere else it is a quick fix.
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
    // The menu keeps this order: what mends comes before what silences.
    return [...fixes, ...here.map((finding) => withDiagnostic(ignoreAction(document, finding), finding, context))];
  }
}

/** Applied as soon as it is chosen; the editor's own undo and preview (Ctrl+Enter in its menu) are there for second thoughts. */
function fixAction(
  document: TextDocument,
  finding: Finding,
  { title, safe, edits }: LocatedFix,
  kind: CodeActionKind,
  context: CodeActionContext,
): CodeAction {
  const action = new CodeAction(title, kind);
  // "Auto Fix" takes what is preferred without asking: only what keeps the program's results.
  action.isPreferred = safe;
  action.edit = workspaceEdit(document, edits);
  return withDiagnostic(action, finding, context);
}

function withDiagnostic(action: CodeAction, finding: Finding, { diagnostics }: CodeActionContext): CodeAction {
  const range = rangeOf(finding);
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
    // The editor asks each cell of a notebook for itself.
    const own = findings.filter((finding) =>
      finding.fixes.every(({ edits }) => edits.every(({ cell }) => cell === finding.cell)),
    );
    const { edits } = safeEdits(own);
    if (edits.length === 0) return [];
    const action = new CodeAction('Apply all safe fixes (Green ML)', fixAll);
    action.edit = workspaceEdit(document, edits);
    return [action];
  }
}
