import { createHash } from 'node:crypto';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { publicHome } from '../system/public-home';
import { ruleUrl, type FindingJson, type LintErrorJson } from './findings';
import { asText } from './plain-text';
import type { Rule, Severity } from './rule';

/** Static Analysis Results Interchange Format, OASIS Standard 2.1.0, as far as it is written here. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly object[];
}

/** A finding with the text of its first line, by which it is known again when lines above it come and go. */
export interface SarifFinding {
  readonly finding: FindingJson;
  readonly line: string | null;
}

export interface SarifRun {
  readonly version: string;
  /** The folder that relative paths start from. */
  readonly folder: string;
  readonly rules: readonly Rule[];
  readonly findings: readonly SarifFinding[];
  readonly errors: readonly LintErrorJson[];
  /** False if nothing could be linted. */
  readonly successful: boolean;
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** The name that paths of the project are relative to. */
const ROOT = '%SRCROOT%';

/** SARIF has no level below a note. */
const LEVEL: Readonly<Record<Severity, 'warning' | 'note'>> = { warning: 'warning', information: 'note', hint: 'note' };

/** What a reader of code-scanning results sorts by. */
const PROBLEM: Readonly<Record<Severity, 'warning' | 'recommendation'>> = { warning: 'warning', information: 'recommendation', hint: 'recommendation' };

/** One run of the linter as a SARIF log. */
export function sarifLog({ version, folder, rules, findings, errors, successful }: SarifRun): SarifLog {
  const fingerprint = new Fingerprints();
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Green ML', version, semanticVersion: version, ...(publicHome === null ? {} : { informationUri: publicHome }), rules: rules.map(descriptor) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [ROOT]: { uri: pathToFileURL(`${folder}/`).href } },
        invocations: [{ executionSuccessful: successful, toolExecutionNotifications: errors.map((error) => notification(error, folder)) }],
        results: findings.map(({ finding, line }) => ({
          ruleId: finding.rule,
          ruleIndex: rules.findIndex(({ id }) => id === finding.rule),
          level: LEVEL[finding.severity],
          message: { text: finding.message },
          locations: [location(finding, folder)],
          partialFingerprints: { 'greenMlFinding/v1': fingerprint.of(finding, line) },
          properties: { severity: finding.severity, practice: finding.practice, cell: finding.cell, estimate: finding.estimate, fix: finding.fix },
        })),
      },
    ],
  };
}

function descriptor(rule: Rule): object {
  const helpUri = ruleUrl(rule.id);
  const help = [rule.details, `Why that is waste: ${rule.why}`, `What to do: ${rule.remedy}`].join('\n\n');
  return {
    id: rule.id,
    name: rule.id.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase()),
    shortDescription: { text: asText(rule.summary) },
    fullDescription: { text: asText(`${rule.summary} ${rule.why}`) },
    help: { text: asText(help), markdown: help },
    ...(helpUri === null ? {} : { helpUri }),
    defaultConfiguration: { enabled: rule.enabled, level: LEVEL[rule.severity] },
    properties: {
      'problem.severity': PROBLEM[rule.severity],
      tags: ['energy', 'maintainability', ...(rule.practice === null ? [] : [`practice-${rule.practice}`])],
    },
  };
}

/** Lines of a notebook are those of the cell, which the properties and the logical location name. */
function location(finding: FindingJson, folder: string): object {
  const { line: startLine, column: startColumn, endLine, endColumn, cell } = finding;
  const physicalLocation = { artifactLocation: artifact(finding.path, folder), region: { startLine, startColumn, endLine, endColumn } };
  if (cell === null) return { physicalLocation };
  return { physicalLocation, logicalLocations: [{ name: `cell ${cell}`, kind: 'module' }], properties: { cell } };
}

function artifact(path: string, folder: string): object {
  if (isAbsolute(path) || path.startsWith('../')) return { uri: pathToFileURL(resolve(folder, path)).href };
  return { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: ROOT };
}

function notification({ path, message }: LintErrorJson, folder: string): object {
  return { level: 'error', message: { text: message }, locations: [{ physicalLocation: { artifactLocation: artifact(path, folder) } }] };
}

/** Tells findings of one rule on equal lines of one file apart by their order. */
class Fingerprints {
  private readonly seen = new Map<string, number>();

  of({ rule, path, cell, line: number }: FindingJson, line: string | null): string {
    const text = line === null ? `line ${cell ?? ''}:${number}` : line.trim().replace(/\s+/g, ' ');
    const hash = createHash('sha256').update(JSON.stringify([rule, path, text])).digest('hex').slice(0, 16);
    const count = (this.seen.get(hash) ?? 0) + 1;
    this.seen.set(hash, count);
    return `${hash}:${count}`;
  }
}
