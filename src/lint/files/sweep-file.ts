import type { Document, Node, Scalar } from 'yaml';
import {
  dictOf,
  falseValue,
  noneValue,
  numberValue,
  sequenceOf,
  stringValue,
  trueValue,
  unknownValue,
  type Value,
} from '../../python/values';
import { LineIndex, type Finding } from '../engine/findings';
import { FixLocator } from '../fixes/fix-locator';
import { plainOrigin } from '../engine/text-origin';
import { gridSearch } from '../rules/grid-search';
import { unboundedTraining } from '../rules/unbounded-training';
import { readSweep, type Sweep } from '../libraries/wandb';
import { assess } from '../rules/grid-search/found';
import { describeSweep } from '../rules/grid-search/without-fixes';
import type { Report, Rule } from '../engine/rule';
import type { LintSettings } from '../engine/settings';
import { Suppressions } from '../engine/suppressions';
import { mayBeSweep } from './may-be-sweep';

/** The result of linting a YAML file. */
export interface SweepAnalysis {
  /** False for YAML that is no sweep of Weights & Biases, like most YAML. */
  readonly isSweep: boolean;
  readonly findings: readonly Finding[];
  /** A sentence, if it looks like a sweep but cannot be read. */
  readonly problem: string | null;
}

const noSweep: SweepAnalysis = { isSweep: false, findings: [], problem: null };

const deepest = 20;
/** More nodes than this come from aliases that repeat each other. */
const mostNodes = 20_000;

/** Lints the configuration of a W&B sweep, which has `method` and `parameters` at its top. */
export async function lintSweepFile(text: string, settings: LintSettings): Promise<SweepAnalysis> {
  if (!mayBeSweep(text)) return noSweep;
  const { LineCounter, parseAllDocuments, isMap, isPair, isScalar } = await import('yaml');
  const documents = parseAllDocuments(text, { lineCounter: new LineCounter() });
  const found: SweepFinding[] = [];
  let isSweep = false;
  for (const document of Array.isArray(documents) ? documents : []) {
    const [error] = document.errors;
    if (error !== undefined)
      return { ...noSweep, problem: `It is not valid YAML at line ${error.linePos?.[0].line ?? 1}.` };
    const { contents } = document;
    if (!isMap(contents) || !contents.has('method') || !contents.has('parameters')) continue;
    const config = await valueOf(document, contents);
    const pair = contents.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === 'method');
    if (config.kind !== 'dict' || pair === undefined) continue;
    const sweep = readSweep(config);
    if (sweep.method === null) continue;
    isSweep = true;
    const start = (pair.key as Scalar).range?.[0] ?? 0;
    const end = (pair.value as Scalar | null)?.range?.[1] ?? start;
    const judged = judge(sweep, settings);
    if (judged !== null) found.push({ ...judged, start, end });
  }
  return isSweep ? { isSweep, findings: located(found, text, settings), problem: null } : noSweep;
}

/** A finding about a sweep, without its place. */
type SweepAssessment = Pick<Report, 'severity' | 'message' | 'headline' | 'estimate'>;

interface SweepFinding {
  readonly rule: Rule;
  readonly judgement: SweepAssessment;
  readonly start: number;
  readonly end: number;
}

function judge(sweep: Sweep, settings: LintSettings): Pick<SweepFinding, 'rule' | 'judgement'> | null {
  if (sweep.method === 'grid') {
    const { sentences, ...rest } = assess(describeSweep(sweep), settings.threshold(gridSearch, 'candidates'));
    return { rule: gridSearch, judgement: { ...rest, message: gridSearch.messages.search(sentences) } };
  }
  const judgement = endlessSweep(sweep);
  return judgement === null ? null : { rule: unboundedTraining, judgement };
}

/** The finding for a sweep in YAML without a limit; null if it has one. */
function endlessSweep({ method, cap }: Sweep): SweepAssessment | null {
  if (cap !== null || (method !== 'random' && method !== 'bayes')) return null;
  return {
    // The command line may limit the number of runs.
    severity: 'information',
    message: unboundedTraining.messages.sweepFile({ method }),
    headline: 'endless',
    estimate: null,
  };
}

function located(found: readonly SweepFinding[], text: string, settings: LintSettings): readonly Finding[] {
  const lines = new LineIndex(text);
  const suppressions = new Suppressions(text, (offset) => commentAt(text, offset), null);
  const fixes = new FixLocator(text, plainOrigin, true);
  return found.flatMap(({ rule, judgement, start, end }) => {
    const range = { start: lines.pointAt(start), end: lines.pointAt(end) };
    if (!settings.rules.includes(rule) || suppressions.silences({ rule: rule.id, practice: rule.practice, ...range }))
      return [];
    const { severity, message, headline, estimate } = judgement;
    const silencing = fixes.place(suppressions.silencing(rule.id, range, () => true));
    return [
      {
        rule: rule.id,
        practice: rule.practice,
        severity: settings.severityOf(rule, severity),
        message,
        headline,
        estimate,
        once: null,
        cell: null,
        ...range,
        fixes: [],
        silencing,
      },
    ];
  });
}

/** In YAML a '#' opens a comment at the start of a line or after a space. */
function commentAt(text: string, offset: number): { readonly start: number; readonly end: number } | null {
  if (offset > 0 && !/\s/.test(text.charAt(offset - 1))) return null;
  const end = text.slice(offset).search(/\r?\n|$/);
  return { start: offset, end: offset + end };
}

/** A part of the document as a Python value. */
async function valueOf(document: Document.Parsed, root: Node): Promise<Value> {
  const { isAlias, isMap, isScalar, isSeq } = await import('yaml');
  let nodes = 0;
  const read = (node: unknown, depth: number): Value => {
    if (depth > deepest || ++nodes > mostNodes) return unknownValue;
    if (isAlias(node)) return read(node.resolve(document), depth + 1);
    if (isScalar(node)) return scalarValue(node);
    if (isSeq(node))
      return sequenceOf(
        'list',
        node.items.map((item) => read(item, depth + 1)),
      );
    if (isMap(node))
      return dictOf(
        node.items.map(({ key, value }) => ({
          key: read(key, depth + 1),
          value: value === null ? noneValue : read(value, depth + 1),
        })),
      );
    return unknownValue;
  };
  return read(root, 0);
}

function scalarValue({ value, source }: Scalar): Value {
  switch (typeof value) {
    case 'string':
      return stringValue(value);
    case 'number':
      return numberValue(value, !/[.e]/i.test(source ?? String(value)));
    case 'boolean':
      return value ? trueValue : falseValue;
    default:
      return value === null ? noneValue : unknownValue;
  }
}
