import type { FindingJson, LintErrorJson } from '../../lint/engine/findings';
import type { Severity } from '../../lint/engine/rule';
import { inLine, visibleText } from '../../present/plain-text';
import { styled, type Style } from '../terminal';
import { counted } from '../../present/words';

/** Colours for a terminal, or none. */
export interface Paint {
  (style: Style, text: string): string;
}

export const plain: Paint = (_style, text) => text;
export const coloured: Paint = styled;

/** Longer lines are cut. */
const widestExcerpt = 160;

/** A file whose findings are those of others too, which are left out. */
export interface CopiedFile {
  readonly path: string;
  readonly copies: readonly string[];
}

/**
 * One finding with its line of code.
 * @param line the text of its first line; null if it is not known
 * @param copies so many copies of its file have it too
 */
export function findingText(finding: FindingJson, line: string | null, copies: number, paint: Paint): string {
  const cell = finding.cell === null ? '' : ` cell ${finding.cell}`;
  const place = paint('bold', `${inLine(finding.path)}${cell}:${finding.line}:${finding.column}`);
  const practice = finding.practice === null ? '' : ` (practice ${finding.practice})`;
  const head = `${place}: ${paint(finding.severity, finding.severity)} ${finding.rule}${practice}: ${inLine(finding.message)}${copies === 0 ? '' : ` And in ${counted(copies, 'copy', 'copies')} of this file.`}`;
  return line === null ? `${head}\n` : `${head}\n${excerpt(finding, line, paint)}`;
}

function excerpt(finding: FindingJson, line: string, paint: Paint): string {
  const number = String(finding.line);
  const start = finding.column - 1;
  const from = Math.max(0, Math.min(start - 20, line.length - widestExcerpt));
  const shown = printable(line.slice(from, from + widestExcerpt));
  const end = finding.endLine === finding.line ? finding.endColumn - 1 : line.trimEnd().length;
  const width = Math.max(1, Math.min(end, from + widestExcerpt) - start);
  const margin = ' '.repeat(number.length);
  const before = printable(line.slice(from, start)).replace(/[^\t]/gu, ' ');
  return [
    paint('dim', `${margin} |`),
    `${paint('dim', `${number} |`)} ${shown}`,
    `${paint('dim', `${margin} |`)} ${before}${paint(finding.severity, '^'.repeat(width))}`,
    '',
  ].join('\n');
}

/** Replaces what would move a terminal's cursor, one character by one, so that the marks below stay in place. */
const printable = (text: string): string =>
  Array.from(text, (character) =>
    visibleText(character) === character ? character : '\ufffd'.repeat(character.length),
  ).join('');

/** Counts findings while they are printed. */
export class Tally {
  readonly severities = new Map<Severity, number>();
  readonly rules = new Map<string, number>();
  readonly paths = new Set<string>();
  total = 0;

  count({ rule, severity, path }: Pick<FindingJson, 'rule' | 'severity' | 'path'>): void {
    this.total++;
    this.paths.add(path);
    this.severities.set(severity, (this.severities.get(severity) ?? 0) + 1);
    this.rules.set(rule, (this.rules.get(rule) ?? 0) + 1);
  }
}

export function summaryText({ total, severities }: Tally, files: number, errors: readonly LintErrorJson[]): string {
  const failed = errors.length === 0 ? '' : `, ${counted(errors.length, 'file')} not linted`;
  const linted = `${counted(files, 'file')} linted${failed}`;
  if (total === 0) return `No findings: ${linted}.\n`;
  const counts = (['warning', 'information', 'hint'] as const)
    .map((severity) => ({ severity, count: severities.get(severity) ?? 0 }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => (severity === 'information' ? `${count} information` : counted(count, severity)));
  return `${counted(total, 'finding')} (${counts.join(', ')}): ${linted}.\n`;
}

/** So many copies of a file are named. */
const mostNamed = 3;

/** The copies that are left out, by the file whose findings are shown. */
export function copiesText({ paths }: Tally, all: readonly CopiedFile[]): string {
  const copied = all.filter(({ path }) => paths.has(path));
  if (copied.length === 0) return '';
  const count = copied.reduce((sum, { copies }) => sum + copies.length, 0);
  const lines = copied.map(({ path, copies }) => {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const more = copies.length - mostNamed;
    const named = copies
      .slice(0, mostNamed)
      .map((copy) => inLine(copy.startsWith(folder) ? copy.slice(folder.length) : copy));
    return `  ${inLine(path)}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}\n`;
  });
  return `Not repeated: the same findings in ${counted(count, 'copy', 'copies')}.\n${lines.join('')}`;
}

/** The number of findings of each rule, largest first. */
export function statisticsText({ rules }: Tally): string {
  return [...rules]
    .sort(([a, m], [b, n]) => n - m || a.localeCompare(b))
    .map(([rule, count]) => `${String(count).padStart(6)}  ${rule}\n`)
    .join('');
}
