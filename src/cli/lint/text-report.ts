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

/**
 * One finding with its line of code.
 * @param line the text of its first line; null if it is not known
 */
export function findingText(finding: FindingJson, line: string | null, paint: Paint): string {
  const cell = finding.cell === null ? '' : ` cell ${finding.cell}`;
  const place = paint('bold', `${inLine(finding.path)}${cell}:${finding.line}:${finding.column}`);
  const practice = finding.practice === null ? '' : ` (practice ${finding.practice})`;
  const head = `${place}: ${paint(finding.severity, finding.severity)} ${finding.rule}${practice}: ${inLine(finding.message)}`;
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
  total = 0;

  count({ rule, severity }: Pick<FindingJson, 'rule' | 'severity'>): void {
    this.total++;
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

export const copiesText = (copies: number): string =>
  `Not repeated: the same findings in ${counted(copies, 'copy', 'copies')} of ${copies === 1 ? 'this notebook' : 'these notebooks'}.\n`;

/** The number of findings of each rule, largest first. */
export function statisticsText({ rules }: Tally): string {
  return [...rules]
    .sort(([a, m], [b, n]) => n - m || a.localeCompare(b))
    .map(([rule, count]) => `${String(count).padStart(6)}  ${rule}\n`)
    .join('');
}
