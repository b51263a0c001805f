import { createHash } from 'node:crypto';
import { isAbsolute, relative, resolve } from 'node:path';
import { isWithin } from '../../system/paths';
import { pathToFileURL } from 'node:url';
import { publicHome } from '../../system/public-home';
import { ruleUrl, type FindingJson, type LintErrorJson } from '../engine/findings';
import { withSlashes } from './files';
import type { TextRegion } from './notebook-places';
import { asText } from '../engine/plain-text';
import { allSeverities, type DocumentedRule, type Severity } from '../engine/rule';

/** Static Analysis Results Interchange Format, OASIS Standard 2.1.0, as far as we write it. */
export interface SarifLog {
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
  readonly findings: readonly SarifFinding[];
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

/** One run of the linter as a SARIF log. */
export function sarifLog({ version, folder, root, rules, findings, errors, successful }: SarifRun): SarifLog {
  const fingerprint = new Fingerprints();
  const place: PathRoots = { folder, root };
  const kept = mostImportant(findings);
  const left = findings.length - kept.length;
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
        results: kept.map(({ finding, line, stored = null }) => ({
          ruleId: finding.rule,
          ruleIndex: rules.findIndex(({ id }) => id === finding.rule),
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
        })),
      },
    ],
  };
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

function mostImportant(findings: readonly SarifFinding[]): readonly SarifFinding[] {
  if (findings.length <= mostResults) return findings;
  const order = (severity: Severity): number => allSeverities.indexOf(severity);
  const kept = new Set(
    [...findings].sort((a, b) => order(b.finding.severity) - order(a.finding.severity)).slice(0, mostResults),
  );
  return findings.filter((each) => kept.has(each));
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
