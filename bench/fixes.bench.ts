import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { applyEdits, type Finding, type LocatedEdit } from '../src/lint/engine/findings';
import { Linter } from '../src/lint/engine/linter';
import { defaultConfig, settingsFor, type LintSettings } from '../src/lint/engine/settings';
import { lintConfigured } from '../src/lint/files/configured';
import { kindOf } from '../src/lint/files/files';
import { lintSource } from '../src/lint/files/lint-files';
import { withEdits } from '../src/lint/fixes/apply-fixes';
import { notebookEdits } from '../src/lint/fixes/notebook-edits';
import { allRules } from '../src/lint/rules';
import { cellTexts, readNotebook } from '../src/python/notebook';
import { PythonParser } from '../src/python/parser';
import { programProblems } from '../test/support/check-programs';
import { obtainCorpus } from './corpus';

/** Applies every fix of every finding by itself: does it parse, is its finding gone, does every name have a giver? */
export async function run(): Promise<void> {
  const root = obtainCorpus();
  const fixer = new Fixer(await PythonParser.load('dist'));
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.(?:py|ipynb|ya?ml)$/.test(name) || !statSync(join(root, name)).isFile()) continue;
    await fixer.tryAll(name, readFileSync(join(root, name), 'utf8'));
  }
  fixer.tell();
}

interface Tried {
  readonly name: string;
  readonly title: string;
  readonly before: string;
  readonly after: string;
}

/** The titles of a rule's fixes, whatever numbers and names are in them. */
const kindOfFix = (rule: string, title: string): string => `${rule}: ${title.replace(/\d+/g, 'N')}`;

class Fixer {
  private readonly tried: Tried[] = [];
  private readonly titles = new Map<string, number>();
  private readonly faults: string[] = [];
  private readonly linter: Linter;

  constructor(parser: PythonParser) {
    this.linter = new Linter(parser, allRules);
  }

  /** Tries the fixes of a file; nothing is written. */
  async tryAll(name: string, text: string): Promise<void> {
    const settings = settingsFor(allRules, defaultConfig, name);
    const found = await this.findingsIn(name, text, settings);
    for (const finding of found) {
      const { rule, start, fixes } = finding;
      const line = start.row + 1;
      for (const { title, edits } of fixes) {
        const kind = kindOfFix(rule, title);
        this.titles.set(kind, (this.titles.get(kind) ?? 0) + 1);
        const after = edited(name, text, edits);
        const left = after === null ? null : await this.findingsIn(name, after, settings);
        if (after === null || left === null) this.faults.push(`${name}:${line} ${kind}: cannot be applied`);
        else if (isAmong(left, finding, edits)) this.faults.push(`${name}:${line} ${kind}: still reported`);
        else if (kindOf(name) !== 'configuration')
          this.tried.push({
            name: `${name}:${line}`,
            title: kind,
            before: python(name, text),
            after: python(name, after),
          });
      }
    }
  }

  tell(): void {
    // What Python itself cannot read before the fix says nothing about it.
    const readable = programProblems(this.tried.map(({ before }) => [before, before]));
    const pairs = this.tried.filter((_, index) => readable[index]?.startsWith('does not parse') !== true);
    for (const [index, problem] of programProblems(pairs.map(({ before, after }) => [before, after])).entries()) {
      const { name = '', title = '' } = pairs[index] ?? {};
      if (problem !== null) this.faults.push(`${name} ${title}: ${problem}`);
    }
    const all = [...this.titles.values()].reduce((sum, each) => sum + each, 0);
    console.log(
      `${all} fixes, ${pairs.length} of them in Python that Python itself reads; faults: ${this.faults.length}`,
    );
    for (const fault of this.faults) console.log(`  ${fault}`);
    for (const [title, times] of [...this.titles].sort(([, a], [, b]) => b - a)) console.log(`${times}\t${title}`);
  }

  private async findingsIn(name: string, text: string, settings: LintSettings): Promise<readonly Finding[]> {
    const kind = kindOf(name);
    if (kind === 'configuration') return (await lintConfigured(text, settings)).findings;
    return lintSource(this.linter, text, kind, settings).analysis?.findings ?? [];
  }
}

/** Whether a finding is still there after edits, which may have moved it. */
function isAmong(left: readonly Finding[], { rule, cell, start }: Finding, edits: readonly LocatedEdit[]): boolean {
  const row = edits
    .filter((edit) => edit.cell === cell && edit.end.row < start.row)
    .reduce((sum, edit) => sum + edit.text.split('\n').length - 1 - (edit.end.row - edit.start.row), start.row);
  return left.some((finding) => finding.rule === rule && finding.cell === cell && finding.start.row === row);
}

/** Null if a notebook is not stored as the current format does. */
function edited(name: string, text: string, edits: readonly LocatedEdit[]): string | null {
  if (kindOf(name) !== 'notebook') return withEdits(text, edits);
  const made = notebookEdits(text, edits);
  return made === null ? null : applyEdits(text, made);
}

/** The Python in a file, without what IPython alone understands. */
function python(name: string, text: string): string {
  if (kindOf(name) !== 'notebook') return text;
  const cells = readNotebook(text);
  return typeof cells === 'string'
    ? ''
    : cellTexts(cells)
        .map((part) => part.text)
        .join('\n');
}
