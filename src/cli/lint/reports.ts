import { version } from '../../../package.json';
import type { LintErrorJson, LintReportJson } from '../../lint/engine/findings';
import type { SarifFinding } from '../../lint/files/sarif';
import { inLine } from '../../present/plain-text';
import type { Io } from '../io';
import { workflowCommand, writeStyled } from '../terminal';
import { writeJson, Writing } from '../writing';
import { annotation, errorAnnotation } from './github-report';
import type { LintFormat } from './options';
import {
  copiesText,
  findingText,
  statisticsText,
  summaryText,
  Tally,
  type CopiedFile,
  type Paint,
} from './text-report';

/** The findings of a file, each with the text of its first line; null if that is not known. */
export type FileReport = readonly SarifFinding[];

/** The result of one call of the linter. */
export interface LintOutcome {
  /** Reads the findings of one file after another: there may be more than fit into memory at once. */
  readonly reports: () => Iterable<FileReport>;
  readonly errors: readonly LintErrorJson[];
  /** How many files were linted. */
  readonly files: number;
  /** The files that were left out because their findings are those of another one. */
  readonly copied: readonly CopiedFile[];
  readonly seconds: number;
  /** The folder of the repository, or the one that the command runs in. */
  readonly root: string;
}

interface Printing {
  readonly io: Io;
  readonly format: LintFormat;
  readonly statistics: boolean;
  readonly paint: Paint;
}

/**
 * Prints an outcome on standard output. In text format, files that could not be linted go to standard error.
 * @returns the number of findings
 */
export async function printOutcome(outcome: LintOutcome, printing: Printing): Promise<number> {
  switch (printing.format) {
    case 'json':
      return printJson(outcome, printing);
    case 'sarif':
      return printSarif(outcome, printing);
    case 'github':
      return printAnnotations(outcome, printing);
    case 'text':
      return printText(outcome, printing);
  }
}

async function printJson({ reports, files, seconds, errors }: LintOutcome, { io }: Printing): Promise<number> {
  let count = 0;
  function* findings(): Iterable<LintReportJson['findings'][number]> {
    for (const report of reports()) {
      for (const { finding } of report) {
        count++;
        yield finding;
      }
    }
  }
  const document = { version: 1, files, durationMs: Math.round(seconds * 1000), findings: findings(), errors };
  await writeJson(io.stdout, document satisfies Record<keyof LintReportJson, unknown>);
  return count;
}

async function printSarif({ reports, errors, files, root }: LintOutcome, { io }: Printing): Promise<number> {
  const [{ documentedRules: rules }, { sarifReport }] = await Promise.all([
    import('../../lint/rules/documented'),
    import('../../lint/files/sarif'),
  ]);
  const successful = files > 0 || errors.length === 0;
  const { findings, parts } = sarifReport({ version, folder: io.cwd, root, rules, reports, errors, successful });
  const writing = new Writing(io.stdout, (text) => io.stdout.write(text));
  for (const part of parts) await writing.add(part);
  await writing.end();
  return findings;
}

async function printAnnotations(outcome: LintOutcome, { io, statistics }: Printing): Promise<number> {
  const workplace = { cwd: io.cwd, workspace: io.env['GITHUB_WORKSPACE'] };
  const tally = new Tally();
  const writing = new Writing(io.stdout, (text) => writeStyled(io.stdout, text));
  for (const report of outcome.reports()) {
    for (const { finding } of report) {
      tally.count(finding);
      await writing.add(workflowCommand(annotation(finding, workplace)));
    }
  }
  for (const error of outcome.errors) await writing.add(workflowCommand(errorAnnotation(error, workplace)));
  await writing.end();
  return printEnd(outcome, tally, io, statistics);
}

async function printText(outcome: LintOutcome, { io, statistics, paint }: Printing): Promise<number> {
  const tally = new Tally();
  const writing = new Writing(io.stdout, (text) => writeStyled(io.stdout, text));
  const copies = new Map(outcome.copied.map((each) => [each.path, each.copies.length]));
  for (const report of outcome.reports()) {
    for (const { finding, line } of report) {
      tally.count(finding);
      await writing.add(`${findingText(finding, line, copies.get(finding.path) ?? 0, paint)}\n`);
    }
  }
  await writing.end();
  for (const { path, message } of outcome.errors) io.stderr.write(`${inLine(`${path}: ${message}`)}\n`);
  return printEnd(outcome, tally, io, statistics);
}

function printEnd({ files, errors, copied }: LintOutcome, tally: Tally, io: Io, statistics: boolean): number {
  if (statistics) io.stdout.write(statisticsText(tally));
  io.stdout.write(summaryText(tally, files, errors));
  io.stdout.write(copiesText(tally, copied));
  return tally.total;
}
