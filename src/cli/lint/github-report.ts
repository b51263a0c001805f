import { relative, resolve } from 'node:path';
import { isWithin } from '../../system/paths';
import type { FindingJson, LintErrorJson } from '../../lint/engine/findings';
import type { Severity } from '../../lint/engine/rule';
import { withSlashes } from '../../lint/files/files';
import { visibleText } from '../../present/plain-text';

const commandOf: Readonly<Record<Severity, 'warning' | 'notice'>> = {
  warning: 'warning',
  information: 'notice',
  hint: 'notice',
};

/** Where a workflow runs. GitHub shows an annotation only at a path that starts from the repository. */
interface Workplace {
  readonly cwd: string;
  /** `GITHUB_WORKSPACE`, the folder of the repository; undefined outside GitHub. */
  readonly workspace: string | undefined;
}

/** A finding as a workflow command, which GitHub shows next to the line. */
export function annotation(finding: FindingJson, workplace: Workplace): string {
  const { line, endLine, column, endColumn, cell } = finding;
  const practice = finding.practice === null ? '' : ` (practice ${finding.practice})`;
  const title = `${finding.rule}${practice}`;
  const file = fileOf(finding.path, workplace);
  // Lines of a notebook count within a cell, so they mean nothing in the file that GitHub shows.
  if (cell !== null)
    return command(commandOf[finding.severity], { file, title }, `Cell ${cell}, line ${line}: ${finding.message}`);
  // Columns only make sense within one line.
  const columns = line === endLine ? { col: column, endColumn } : {};
  return command(commandOf[finding.severity], { file, line, endLine, ...columns, title }, finding.message);
}

export function errorAnnotation({ path, message }: LintErrorJson, workplace: Workplace): string {
  return command('error', { file: fileOf(path, workplace), title: 'not linted' }, message);
}

function fileOf(path: string, { cwd, workspace }: Workplace): string {
  if (workspace === undefined || workspace === '') return path;
  const absolute = resolve(cwd, path);
  const below = relative(workspace, absolute);
  return below !== '' && isWithin(absolute, workspace) ? withSlashes(below) : path;
}

function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${propertyValue(String(value))}`);
  return `::${name} ${list.join(',')}::${data(message)}\n`;
}

/** As `@actions/core` writes them, and the runner reads them back. */
const data = (text: string): string =>
  visibleText(text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'));
const propertyValue = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
