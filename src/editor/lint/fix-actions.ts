import {
  CodeAction, CodeActionKind, languages, type CodeActionContext, type CodeActionProvider, type Disposable, type Range, type TextDocument,
} from 'vscode';
import { safeEdits } from '../../lint/apply-fixes';
import type { Finding, LocatedFix } from '../../lint/findings';
import { ignoreActions } from './ignore-actions';
import { LANGUAGES, rangeOf, workspaceEdit } from './located-edits';

/** Who knows the findings of a document's present text. */
export interface CurrentFindings {
  current(document: TextDocument): Promise<readonly Finding[]>;
}

const REFACTORING = CodeActionKind.RefactorRewrite.append('green-ml');
const FIX_ALL = CodeActionKind.SourceFixAll.append('green-ml');

/** The actions on findings: fixes, refactorings, ways to ignore, and all safe fixes at once. */
export function registerFixActions(findings: CurrentFindings): readonly Disposable[] {
  return [
    languages.registerCodeActionsProvider(LANGUAGES, new FixActions(findings), { providedCodeActionKinds: [CodeActionKind.QuickFix, REFACTORING] }),
    languages.registerCodeActionsProvider(LANGUAGES, new FixAll(findings), { providedCodeActionKinds: [FIX_ALL] }),
  ];
}

class FixActions implements CodeActionProvider {
  constructor(private readonly findings: CurrentFindings) {}

  async provideCodeActions(document: TextDocument, range: Range, context: CodeActionContext): Promise<CodeAction[]> {
    const { only } = context;
    const wanted = (kind: CodeActionKind): boolean => only === undefined || only.contains(kind);
    if (!wanted(CodeActionKind.QuickFix) && !wanted(REFACTORING)) return [];
    const here = (await this.findings.current(document)).filter((finding) => rangeOf(finding).intersection(range) !== undefined);
    const actions = here.flatMap((finding) => {
      const fixes = finding.fixes.map((fix) => this.fixAction(document, finding, fix, context));
      return [...fixes, ...ignoreActions(document, finding).map((action) => withDiagnostic(action, finding, context))];
    });
    return actions.filter(({ kind }) => kind !== undefined && wanted(kind));
  }

  private fixAction(document: TextDocument, finding: Finding, { title, safe, edits }: LocatedFix, context: CodeActionContext): CodeAction {
    // The hover and the Problems view ask for quick fixes alone, and would hide a refactoring.
    const onlyQuick = context.only !== undefined && CodeActionKind.QuickFix.contains(context.only);
    const action = new CodeAction(title, safe || onlyQuick ? CodeActionKind.QuickFix : REFACTORING);
    action.isPreferred = safe;
    // What changes the result of the program is shown before it is done.
    const preview = { needsConfirmation: true, label: title, description: finding.message };
    action.edit = safe ? workspaceEdit(document, edits) : workspaceEdit(document, edits, preview);
    return withDiagnostic(action, finding, context);
  }
}

function withDiagnostic(action: CodeAction, finding: Finding, { diagnostics }: CodeActionContext): CodeAction {
  const range = rangeOf(finding);
  action.diagnostics = diagnostics.filter(({ code, range: other }) => typeof code === 'object' && code.value === finding.rule && other.isEqual(range));
  return action;
}

/** `source.fixAll.green-ml`: all safe fixes of a document, or of a cell. */
class FixAll implements CodeActionProvider {
  constructor(private readonly findings: CurrentFindings) {}

  async provideCodeActions(document: TextDocument, _range: Range, { only }: CodeActionContext): Promise<CodeAction[]> {
    if (only?.intersects(FIX_ALL) !== true) return [];
    const findings = await this.findings.current(document);
    // The editor asks each cell of a notebook for itself.
    const own = findings.filter((finding) => finding.fixes.every(({ edits }) => edits.every(({ cell }) => cell === finding.cell)));
    const { edits } = safeEdits(own);
    if (edits.length === 0) return [];
    const action = new CodeAction('Fix all that is safe (Green ML)', FIX_ALL);
    action.edit = workspaceEdit(document, edits);
    return [action];
  }
}
