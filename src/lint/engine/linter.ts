import { StepBudget, OutOfSteps } from '../../python/budget';
import { holds } from '../../python/kept-searches';
import { PythonModule } from '../../python/module';
import { marimoParts, type MarimoPart } from '../../python/marimo';
import {
  cellTexts,
  joinParts,
  writtenFiles,
  type CodeCell,
  type KeptNotebook,
  type TextPoint,
} from '../../python/notebook';
import type { Node, PythonParser, SyntaxTree } from '../../python/parser';
import { isFunction } from '../../python/syntax';
import { mostLooseParts } from '../../python/tangled';
import { Vocabulary } from '../../python/vocabulary';
import { FixLocator } from '../fixes/fix-locator';
import type { Finding } from './findings';
import { markOf, type Mark } from './mark';
import { mentionsSuppression } from './mentions-suppression';
import { Prefilter, type RuleFilter } from './prefilter';
import { lastName } from './query';
import { mayRun } from './reached';
import { requirementIn, type VersionedPackage } from '../../project/requirements';
import type { Report, Rule } from './rule';
import { unmeasuredTrainingId, unusedSuppressionId } from './special-ids';
import { names, type LintSettings } from './settings';
import { commentsOf, Suppressions, takesComment } from './suppressions';
import { marimoOrigin, notebookOrigin, plainOrigin, type TextOrigin } from './text-origin';

/** The result of linting one text. */
export interface Analysis {
  readonly findings: readonly Finding[];
  /** Rules that took too many steps and were stopped. What they had found is among the findings. */
  readonly cutShort: readonly string[];
  /** The first syntax error, if there is one. The rest of the text is linted all the same. */
  readonly syntaxError: TextPoint | null;
}

/** Longer texts are data or generated code, and would take too long. */
export const longestText = 1_000_000;

/**
 * The steps that the reading of one text may take, and one rule's part of it. People's code needs a hundredth of it; 5,000
 * grid searches in one file take half of a rule's part, and a second.
 */
export const mostSteps: Steps = { text: 3_000_000, rule: 1_000_000 };

interface Steps {
  readonly text: number;
  readonly rule: number;
}

type FoundInTree = Pick<Analysis, 'findings' | 'cutShort'>;

const nothing: Analysis = { findings: [], cutShort: [], syntaxError: null };

interface RelevantRules {
  readonly text: string;
  /** The rules that were asked for. */
  readonly of: readonly Rule[];
  readonly found: readonly Rule[];
}

/** Runs rules over texts. */
export class Linter {
  private readonly knownNames: ReadonlySet<string>;
  private readonly vocabulary: Vocabulary;
  /** The last answer of the prefilter: the next question is often about the same text. */
  private relevant: RelevantRules | null = null;

  constructor(
    private readonly parser: Pick<PythonParser, 'parse'>,
    private readonly rules: readonly Rule[],
    private readonly steps: Steps = mostSteps,
    private readonly prefilter: RuleFilter = new Prefilter(rules),
  ) {
    this.knownNames = new Set(rules.flatMap(({ apis, related }) => [...apis, ...related]));
    const lastNames = rules.flatMap(({ apis }) => apis.map(lastName));
    // Functions have common words for names (train, run, sweep), so only their calls are looked for.
    this.vocabulary = new Vocabulary(
      [...lastNames.filter((name) => /^[A-Z]/.test(name)), ...rules.flatMap(({ words }) => words)],
      [...lastNames.filter((name) => !/^[A-Z]/.test(name)), ...rules.flatMap(({ methods }) => methods)],
    );
  }

  /** @param text Python without a byte order mark, of at most `longestText` characters */
  lintText(text: string, settings: LintSettings): Analysis {
    const parts = marimoParts(text);
    if (parts !== null) return this.lintMarimo(parts, settings);
    if (!this.mayFind(text, settings)) return nothing;
    const tree = this.parser.parse(text);
    try {
      return this.lintTree(tree, settings);
    } finally {
      tree.dispose();
    }
  }

  /** Lints a text that is parsed already; the tree stays the caller's. */
  lintTree(tree: SyntaxTree, settings: LintSettings): Analysis {
    const syntaxError = tree.hasErrors ? firstError(tree) : null;
    return { ...this.findingsIn(tree, withOwnRequirements(settings, [tree.text]), plainOrigin), syntaxError };
  }

  /**
   * Lints the code cells of a notebook as one module, and each Python file that a cell writes as another. A cell that does
   * not parse is left out.
   * @param kept what was kept of the notebook before its last edit; the tree stays there
   */
  lintCells(cells: readonly CodeCell[], settings: LintSettings, kept: KeptNotebook | null = null): Analysis {
    const sources = cells.map(({ source }) => source);
    if (!sources.some(mentionsSuppression) && !this.prefilter.concerns(settings.rules, sources)) return nothing;
    const own = withOwnRequirements(settings, sources);
    const joined = kept?.join(cells) ?? joinParts(cellTexts(cells), this.parser);
    const origin = notebookOrigin(joined.locate, joined.skipped.length === 0, cells);
    const suppressions = suppressionsIn(joined.tree, origin);
    try {
      const all: FoundInTree[] = [];
      for (const { name, parts } of writtenFiles(cells)) {
        const there = isRunHere(name, sources) ? own : withoutTrainings(own);
        if (!this.mayFind(parts.map(({ text }) => `${text}\n`).join(''), there)) continue;
        const { tree, locate, skipped } = joinParts(parts, this.parser);
        try {
          const place = notebookOrigin(locate, skipped.length === 0);
          all.push(this.findingsIn(tree, there, place, suppressionsIn(tree, place, suppressions)));
        } finally {
          tree.dispose();
        }
      }
      // Last, as a comment for the whole file may silence something in those files alone.
      all.push(this.findingsIn(joined.tree, own, origin, suppressions));
      return {
        findings: all.flatMap(({ findings }) => findings).sort(inOrder),
        cutShort: [...new Set(all.flatMap(({ cutShort }) => cutShort))],
        syntaxError: null,
      };
    } finally {
      if (kept === null) joined.tree.dispose();
    }
  }

  /**
   * Lints the cells of a marimo notebook as one module. A cell that does not parse is left out.
   * @param kept what was kept of the notebook before its last edit; the tree stays there
   */
  lintMarimo(parts: readonly MarimoPart[], settings: LintSettings, kept: KeptNotebook | null = null): Analysis {
    if (!this.mayFind(parts.map(({ text }) => `${text}\n`).join(''), settings)) return nothing;
    const { tree, locate, skipped } = kept?.joinParts(parts) ?? joinParts(parts, this.parser);
    try {
      const origin = marimoOrigin(locate, skipped.length === 0);
      const [broken] = skipped;
      const syntaxError = broken === undefined ? null : this.errorIn(broken);
      const own = withOwnRequirements(
        settings,
        parts.map(({ text }) => text),
      );
      return { ...this.findingsIn(tree, own, origin), syntaxError };
    } finally {
      if (kept === null) tree.dispose();
    }
  }

  /** Where a cell is not Python, in its file. */
  private errorIn(part: MarimoPart): TextPoint {
    const tree = this.parser.parse(part.text);
    try {
      return marimoOrigin((point) => ({ part, point }), false).locate(firstError(tree)).point;
    } finally {
      tree.dispose();
    }
  }

  /** False only if nothing can be found, so that the text need not be parsed. */
  mayFind(text: string, settings: LintSettings): boolean {
    return mentionsSuppression(text) || this.rulesFor(text, settings).length > 0;
  }

  /** The rules that may find something in a module. */
  private rulesFor(text: string, { rules }: LintSettings): readonly Rule[] {
    if (this.relevant?.text !== text || this.relevant.of !== rules) {
      const found = this.prefilter.rulesFor(rules, [text]).filter((rule) => mayApply(rule, text));
      this.relevant = { text, of: rules, found };
    }
    return this.relevant.found;
  }

  private findingsIn(
    tree: SyntaxTree,
    settings: LintSettings,
    origin: TextOrigin,
    suppressions: Suppressions = suppressionsIn(tree, origin),
  ): FoundInTree {
    const { text, root } = tree;
    const rules = this.rulesFor(text, settings);
    if (tree.isTangled()) return { findings: [], cutShort: rules.map(({ id }) => id) };
    const module = new PythonModule(
      tree,
      this.vocabulary.find(text),
      this.knownNames,
      new StepBudget(this.steps.text, this.steps.rule),
    );
    const fixes = new FixLocator(text, origin, !tree.hasErrors && origin.isWhole, takesComment(root));
    const found: Finding[] = [];
    const cutShort: string[] = [];
    const sites = new Set<string>();
    for (const rule of rules) {
      module.begin();
      const isInFunction = (node: Node): boolean => module.place(node)?.scopes.some(isFunction) ?? false;
      const failed = (node: Node): boolean =>
        origin.hasFailed(node.startPosition.row, node.endPosition.row, isInFunction(node));
      const take = (report: Report): void => {
        const site = `${rule.id}@${report.node.id}`;
        const range = { start: report.node.startPosition, end: (report.end ?? report.node).endPosition };
        if (sites.has(site)) return;
        sites.add(site);
        if (!mayRun(module, report.node, origin.isNotebook) || failed(report.node)) return;
        if (!suppressions.silences({ rule: rule.id, practice: rule.practice, ...range })) {
          found.push({
            ...located(rule, report, settings, origin, fixes),
            silencing: fixes.place(suppressions.silencing(rule.id, range, takesComment(root))),
          });
        }
      };
      const check = (): void => {
        for (const listen of rule.listeners) {
          for (const report of listen({
            module,
            threshold: (name) => settings.threshold(rule, name),
            requirement: (name) => settings.requirement(name),
            printed: (node) => origin.printedBy(node.startPosition.row),
            took: (node) => (isInFunction(node) ? null : origin.tookBy(node.startPosition.row)),
            inNotebook: origin.isNotebook,
          }))
            take(report);
        }
      };
      if (!withinSteps(check)) cutShort.push(rule.id);
    }
    const unused = settings.rules.find(({ id }) => id === unusedSuppressionId);
    if (unused !== undefined) {
      for (const { start, end, message, edit } of suppressions.unused((id) => stateOf(id, this.rules, settings))) {
        const removal = edit === null ? [] : [{ title: 'Remove the unused suppression', safe: true, edits: [edit] }];
        found.push({
          ...emptyFinding(unused, settings),
          message,
          ...placeOf(origin, { start, end }, { start, end }),
          fixes: fixes.locate(removal),
          silencing: null,
        });
      }
    }
    return { findings: found.sort(inOrder), cutShort };
  }
}

const suppressionsIn = (
  { text, root }: SyntaxTree,
  { cellOf }: TextOrigin,
  notebook: Suppressions | null = null,
): Suppressions => new Suppressions(text, commentsOf(root), cellOf, notebook);

/** `train` of `import train` and `from train import main`. */
const moduleNamed = (line: string): string | undefined => /^\s*(?:from|import)\s{1,9}(\w{1,60})\b/.exec(line)?.[1];

/** True if a cell of a notebook runs a file that another one writes: `!python train.py`, `%run train.py`, `import train`. */
function isRunHere(name: string, sources: readonly string[]): boolean {
  const base = name.slice(name.lastIndexOf('/') + 1);
  return sources.some((source) =>
    source
      .split('\n')
      .some(
        (line) =>
          (/^\s*(?:!|%run\b|%sx\b|%%bash|python3?\b)|\bsubprocess\b|\bos\.system\b/.test(line) &&
            line.includes(base)) ||
          moduleNamed(line) === base.replace(/\.py$/, ''),
      ),
  );
}

/** A file that a notebook writes and does not run trains elsewhere: it is the script of a job. */
const withoutTrainings = (settings: LintSettings): LintSettings => ({
  ...settings,
  rules: settings.rules.filter(({ id }) => id !== unmeasuredTrainingId),
});

/** The settings for a text that may say itself which packages it needs. */
function withOwnRequirements(settings: LintSettings, texts: readonly string[]): LintSettings {
  const known = new Map<VersionedPackage, string | null>();
  return {
    ...settings,
    requirement(name) {
      let found = known.get(name);
      if (found === undefined) {
        found = requirementIn(texts, name) ?? settings.requirement(name);
        known.set(name, found);
      }
      return found;
    },
  };
}

/** False if the text as a whole rules out that the rule finds anything. */
function mayApply({ needs, unless, settledBy }: Rule, text: string): boolean {
  return (
    (needs === null || holds(text, needs)) &&
    (unless === null || !holds(text, unless)) &&
    (settledBy === null || !holds(text, settledBy))
  );
}

/** False if a check ran out of steps. */
function withinSteps(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof OutOfSteps) return false;
    throw error;
  }
}

function emptyFinding(
  rule: Rule,
  settings: LintSettings,
): Omit<Finding, 'message' | keyof Place | 'fixes' | 'silencing'> {
  const severity = settings.severityOf(rule, rule.severity);
  return { rule: rule.id, practice: rule.practice, severity, headline: null, wayOut: null, estimate: null, once: null };
}

function stateOf(id: string, all: readonly Rule[], settings: LintSettings): 'active' | 'inactive' | 'unknown' {
  if (settings.rules.some((rule) => names(id, rule))) return 'active';
  return all.some((rule) => names(id, rule)) ? 'inactive' : 'unknown';
}

function located(
  rule: Rule,
  report: Report,
  settings: LintSettings,
  origin: TextOrigin,
  locator: FixLocator,
): Omit<Finding, 'silencing'> {
  const { node, end = node, mark, message, headline, wayOut, estimate, fixes } = report;
  return {
    rule: rule.id,
    practice: rule.practice,
    severity: settings.severityOf(rule, report.severity),
    message,
    headline,
    wayOut,
    estimate,
    once: rule.settledBy !== null ? rule.id : rule.oncePerProject ? `${rule.id} ${message}` : null,
    ...placeOf(
      origin,
      { start: node.startPosition, end: end.endPosition },
      mark === undefined ? markOf(node, end) : markOf(mark),
    ),
    fixes: locator.locate(fixes),
  };
}

type Place = Pick<Finding, 'cell' | 'start' | 'end' | 'mark'>;

function placeOf(origin: TextOrigin, whole: Mark, mark: Mark): Place {
  const from = origin.locate(whole.start);
  const at = (point: TextPoint): TextPoint => origin.locate(point).point;
  return {
    cell: from.cell,
    start: from.point,
    end: at(whole.end),
    mark: { start: at(mark.start), end: at(mark.end) },
  };
}

function inOrder(a: Finding, b: Finding): number {
  return (
    (a.cell ?? 0) - (b.cell ?? 0) ||
    a.start.row - b.start.row ||
    a.start.column - b.start.column ||
    // Ids are of plain letters; to compare by a language's rules takes 10 ms the first time.
    (a.rule < b.rule ? -1 : Number(a.rule > b.rule))
  );
}

function firstError({ root }: SyntaxTree): TextPoint {
  let node = root;
  // Down to the innermost node that is broken.
  for (let depth = 0; depth < 200 && node.childCount <= mostLooseParts; depth++) {
    const broken = node.children.find((child) => child.hasError || child.isMissing);
    if (broken === undefined || node.isError) break;
    node = broken;
  }
  return node.startPosition;
}
