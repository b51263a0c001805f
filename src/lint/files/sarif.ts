import { createHash } from 'node:crypto';
import { isAbsolute, relative, resolve } from 'node:path';
import { isWithin } from '../../system/paths';
import { pathToFileURL } from 'node:url';
import { indentedJson } from '../../present/json';
import { publicHome } from '../../system/public-home';
import { ruleUrl, type FindingJson, type LintErrorJson } from '../engine/findings';
import { withSlashes } from './files';
import type { TextRegion } from './notebook-places';
import { asText } from '../engine/plain-text';
import { allSeverities, type DocumentedRule, type Severity } from '../engine/rule';

/** Static Analysis Results Interchange Format, OASIS Standard 2.1.0, as far as we write it. */
interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly object[];
}

/** A finding with the text of its first line, which identifies it when lines above it change. */
export interface SarifFinding {
  readonly finding: FindingJson;
  readonly line: string | null;
  /** In a notebook: its place in the text of the file, which is what readers show; null if that is not known. */
  readonly stored?: TextRegion | null;
}

export interface SarifRun {
  readonly version: string;
  /** The folder that relative paths of findings start from. */
  readonly folder: string;
  /** The folder of the repository, to which readers take paths to be relative. */
  readonly root: string;
  readonly rules: readonly DocumentedRule[];
  /** Reads the findings of one file after another; it is called twice. */
  readonly reports: () => Iterable<readonly SarifFinding[]>;
  readonly errors: readonly LintErrorJson[];
  /** False if nothing could be linted. */
  readonly successful: boolean;
}

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** The name that paths of the project are relative to. */
const rootName = '%SRCROOT%';

/** SARIF has no level below a note. */
const level: Readonly<Record<Severity, 'warning' | 'note'>> = { warning: 'warning', information: 'note', hint: 'note' };

/** What a reader of code-scanning results sorts by. */
const problem: Readonly<Record<Severity, 'warning' | 'recommendation'>> = {
  warning: 'warning',
  information: 'recommendation',
  hint: 'recommendation',
};

/** A report of the linter as SARIF. */
export interface SarifReport {
  /** How many findings there are, those that are left out included. */
  readonly findings: number;
  /** The text of the log in parts: there may be more results than fit into memory at once. */
  readonly parts: Iterable<string>;
}

/** One run of the linter as a SARIF log. */
export function sarifReport(run: SarifRun): SarifReport {
  const numbers = numbersOf(run.reports());
  const findings = sum(numbers);
  return { findings, parts: partsOf(run, numbers) };
}

function* partsOf(run: SarifRun, numbers: BySeverity): Generator<string> {
  const room = roomFor(numbers);
  const head = JSON.stringify(logOf(run, sum(numbers) - sum(room)), null, 2);
  // The list of results is empty, and the last one.
  const start = head.lastIndexOf('[') + 1;
  yield head.slice(0, start);
  const result = resultsOf(run);
  let count = 0;
  for (const report of run.reports()) {
    for (const each of report) {
      const left = room.get(each.finding.severity) ?? 0;
      if (left === 0) continue;
      room.set(each.finding.severity, left - 1);
      yield `${count === 0 ? '' : ','}\n${' '.repeat(8)}${indentedJson(result(each), 8)}`;
      count++;
    }
  }
  yield `${count === 0 ? '' : `\n${' '.repeat(6)}`}${head.slice(start)}\n`;
}

/** The log without its results. */
function logOf({ version, folder, root, rules, errors, successful }: SarifRun, left: number): SarifLog {
  const place: PathRoots = { folder, root };
  const tooMany =
    left === 0
      ? []
      : [
          {
            level: 'warning',
            message: {
              text: `${left} findings are left out, starting with the lowest severity: readers accept at most ${mostResults} results.`,
            },
          },
        ];
  return {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Green ML',
            version,
            semanticVersion: version,
            ...(publicHome === null ? {} : { informationUri: publicHome }),
            rules: rules.map(descriptor),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [rootName]: { uri: pathToFileURL(`${root.replace(/[/\\]$/, '')}/`).href } },
        invocations: [
          {
            executionSuccessful: successful,
            toolExecutionNotifications: [...errors.map((error) => notification(error, place)), ...tooMany],
          },
        ],
        results: [],
      },
    ],
  };
}

/** Makes the result of each finding, in their order. */
function resultsOf({ folder, root, rules }: SarifRun): (found: SarifFinding) => object {
  const fingerprint = new Fingerprints();
  const place: PathRoots = { folder, root };
  const indices = new Map(rules.map(({ id }, index) => [id, index]));
  return ({ finding, line, stored = null }) => ({
    ruleId: finding.rule,
    ruleIndex: indices.get(finding.rule) ?? -1,
    level: level[finding.severity],
    message: { text: finding.message },
    locations: [location(finding, stored, place)],
    partialFingerprints: {
      'greenMlFinding/v1': fingerprint.of({ ...finding, path: pathOf(finding.path, place) }, line),
    },
    properties: {
      severity: finding.severity,
      practice: finding.practice,
      cell: finding.cell,
      estimate: finding.estimate,
      fix: finding.fix,
    },
  });
}

function descriptor(rule: DocumentedRule): object {
  const helpUri = ruleUrl(rule.id);
  const help = [rule.details, `Why that is waste: ${rule.why}`, `What to do: ${rule.remedy}`].join('\n\n');
  return {
    id: rule.id,
    name: rule.id.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase()),
    shortDescription: { text: asText(rule.summary) },
    fullDescription: { text: asText(`${rule.summary} ${rule.why}`) },
    help: { text: asText(help), markdown: help },
    ...(helpUri === null ? {} : { helpUri }),
    defaultConfiguration: { enabled: rule.enabled, level: level[rule.severity] },
    properties: {
      'problem.severity': problem[rule.severity],
      tags: ['energy', 'maintainability', ...(rule.practice === null ? [] : [`practice-${rule.practice}`])],
    },
  };
}

/** GitHub refuses a run with more results than this, and shows the 5,000 most important ones. */
export const mostResults = 25_000;

/** How many findings there are of each severity. */
type BySeverity = ReadonlyMap<Severity, number>;

const sum = (numbers: BySeverity): number => [...numbers.values()].reduce((all, each) => all + each, 0);

function numbersOf(reports: Iterable<readonly SarifFinding[]>): BySeverity {
  const numbers = new Map<Severity, number>();
  for (const report of reports)
    for (const { finding } of report) numbers.set(finding.severity, (numbers.get(finding.severity) ?? 0) + 1);
  return numbers;
}

/** How many findings of each severity the log takes: the most important ones first. */
function roomFor(numbers: BySeverity): Map<Severity, number> {
  const room = new Map<Severity, number>();
  let left = mostResults;
  for (const severity of [...allSeverities].reverse()) {
    const taken = Math.min(left, numbers.get(severity) ?? 0);
    room.set(severity, taken);
    left -= taken;
  }
  return room;
}

interface PathRoots {
  readonly folder: string;
  readonly root: string;
}

/** For a notebook, the region is in the text of the file; the properties hold the cell and its lines. */
function location(finding: FindingJson, stored: TextRegion | null, place: PathRoots): object {
  const { line: startLine, column: startColumn, endLine, endColumn, cell } = finding;
  const artifactLocation = artifact(finding.path, place);
  const own = { startLine, startColumn, endLine, endColumn };
  if (cell === null) return { physicalLocation: { artifactLocation, region: own } };
  return {
    physicalLocation: { artifactLocation, region: stored ?? { startLine: 1 } },
    logicalLocations: [{ name: `cell ${cell}`, kind: 'module' }],
    properties: { cell, cellRegion: own },
  };
}

/** A path from the root, with '/'; an absolute one for what lies outside. */
function pathOf(path: string, { folder, root }: PathRoots): string {
  const absolute = resolve(folder, path);
  const below = relative(root, absolute);
  return below !== '' && isWithin(absolute, root) ? withSlashes(below) : absolute;
}

function artifact(path: string, place: PathRoots): object {
  const found = pathOf(path, place);
  if (isAbsolute(found)) return { uri: pathToFileURL(found).href };
  return { uri: found.split('/').map(encodeURIComponent).join('/'), uriBaseId: rootName };
}

function notification({ path, message }: LintErrorJson, place: PathRoots): object {
  return {
    level: 'error',
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: artifact(path, place) } }],
  };
}

/** Fingerprints of findings. Findings of one rule on equal lines of one file are distinguished by their order. */
class Fingerprints {
  private readonly seen = new Map<string, number>();

  of({ rule, path, cell, line: number }: FindingJson, line: string | null): string {
    const text = line === null ? `line ${cell ?? ''}:${number}` : line.trim().replace(/\s+/g, ' ');
    const hash = createHash('sha256')
      .update(JSON.stringify([rule, path, text]))
      .digest('hex')
      .slice(0, 16);
    const count = (this.seen.get(hash) ?? 0) + 1;
    this.seen.set(hash, count);
    return `${hash}:${count}`;
  }
}
