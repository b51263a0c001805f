import type { Pair, Scalar } from 'yaml';
import { LineIndex, type Finding } from '../engine/findings';
import type { Edit } from '../engine/rule';
import type { LintSettings } from '../engine/settings';
import { Suppressions } from '../engine/suppressions';
import { plainOrigin } from '../engine/text-origin';
import { FixLocator } from '../fixes/fix-locator';
import type { ConfiguredJudge, ConfiguredReport } from './configured-report';
import { judgeAzure } from './configured-azure';
import { judgeFineTuning } from './configured-fine-tuning';
import { judgeSweep } from './configured-sweep';
import { mayConfigure } from './may-configure';
import { repeatedKey, valueOf } from './yaml-values';

/** The result of linting a YAML file. */
export interface ConfiguredAnalysis {
  /** False for YAML that configures nothing that we know, like most YAML. */
  readonly isKnown: boolean;
  readonly findings: readonly Finding[];
  /** A sentence, if it looks like one of them but cannot be read. */
  readonly problem: string | null;
}

const judges: readonly ConfiguredJudge[] = [judgeSweep, judgeFineTuning, judgeAzure];

const unknown: ConfiguredAnalysis = { isKnown: false, findings: [], problem: null };

/** Lints the configuration of a sweep, a fine-tuning or a machine. Of other YAML nothing is said, not even that it is broken. */
export async function lintConfigured(source: string, settings: LintSettings): Promise<ConfiguredAnalysis> {
  if (!mayConfigure(source)) return unknown;
  // For YAML as for Python, a lone carriage return ends a line.
  const text = source.replace(/\r(?!\n)/g, '\n');
  const { parseAllDocuments, isMap, isPair, isScalar } = await import('yaml');
  // Whether a key stands there twice is looked for below: the parser compares each key with all others.
  const documents = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false });
  const found: FoundReport[] = [];
  let isKnown = false;
  for (const document of Array.isArray(documents) ? documents : []) {
    const { contents } = document;
    const fault = document.errors[0]?.pos[0] ?? (await repeatedKey(contents));
    if (fault !== null)
      return { ...unknown, problem: `It is not valid YAML at line ${new LineIndex(text).pointAt(fault).row + 1}.` };
    if (!isMap(contents)) continue;
    const config = await valueOf(contents);
    if (config.kind !== 'dict') continue;
    for (const judge of judges) {
      const reports = judge(config, settings);
      if (reports === null) continue;
      isKnown = true;
      for (const report of reports) {
        const pair = contents.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === report.key);
        if (pair !== undefined) found.push({ report, ...placeOf(pair, contents.flow !== true, report) });
      }
    }
  }
  return isKnown ? { isKnown, findings: located(found, text, settings), problem: null } : unknown;
}

interface FoundReport {
  readonly report: ConfiguredReport;
  readonly start: number;
  readonly end: number;
  readonly edit: Edit | null;
}

/** From a key to its value, and what the fix changes there; only where each key has its line. */
function placeOf(pair: Pair, isBlock: boolean, { fix }: ConfiguredReport): Omit<FoundReport, 'report'> {
  const start = (pair.key as Scalar).range?.[0] ?? 0;
  const range = (pair.value as Scalar | null)?.range;
  const end = range?.[1] ?? start;
  if (fix === undefined || !isBlock) return { start, end, edit: null };
  if ('lines' in fix) return { start, end, edit: { start, end: start, text: fix.lines } };
  return { start, end, edit: range === null || range === undefined ? null : { start: range[0], end, text: fix.value } };
}

function located(found: readonly FoundReport[], text: string, settings: LintSettings): readonly Finding[] {
  const lines = new LineIndex(text);
  const suppressions = new Suppressions(text, (offset) => commentAt(text, offset), null);
  const fixes = new FixLocator(text, plainOrigin, true);
  return found.flatMap(({ report, start, end, edit }) => {
    const { rule, severity, message, headline, wayOut, estimate, fix } = report;
    const range = { start: lines.pointAt(start), end: lines.pointAt(end) };
    if (!settings.rules.includes(rule) || suppressions.silences({ rule: rule.id, practice: rule.practice, ...range }))
      return [];
    return [
      {
        rule: rule.id,
        practice: rule.practice,
        severity: settings.severityOf(rule, severity),
        message,
        headline,
        wayOut,
        estimate,
        once: null,
        cell: null,
        ...range,
        mark: { start: range.start, end: lines.pointAt(endOfLine(text, start, end)) },
        fixes:
          fix === undefined || edit === null ? [] : fixes.locate([{ title: fix.title, safe: false, edits: [edit] }]),
        silencing: fixes.place(suppressions.silencing(rule.id, range, () => true)),
      },
    ];
  });
}

/** The end of a range, or of its first line. */
function endOfLine(text: string, start: number, end: number): number {
  const [line = ''] = text.slice(start, end).split(/\r?\n/, 1);
  return start + line.trimEnd().length;
}

/** In YAML a '#' opens a comment at the start of a line or after a space. */
function commentAt(text: string, offset: number): { readonly start: number; readonly end: number } | null {
  if (offset > 0 && !/\s/.test(text.charAt(offset - 1))) return null;
  const end = text.slice(offset).search(/\r?\n|$/);
  return { start: offset, end: offset + end };
}
