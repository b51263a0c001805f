import { version } from '../../../package.json';
import type { FindingJson, LintErrorJson, LintReportJson } from '../../lint/engine/findings';
import type { SarifFinding } from '../../lint/files/sarif';
import { inLine } from '../../present/plain-text';
import type { Io } from '../io';
import { workflowCommand, writeStyled } from '../terminal';
import { annotation, errorAnnotation } from './github-report';
import type { LintFormat } from './options';
import { findingText, statisticsText, summaryText, type Paint } from './text-report';

/** The findings of a file, each with the text of its first line; null if that is not known. */
export type FileReport = readonly SarifFinding[];

/** The result of one call of the linter. */
export interface LintOutcome {
  readonly results: readonly FileReport[];
  readonly errors: readonly LintErrorJson[];
  /** How many files were linted. */
  readonly files: number;
  readonly seconds: number;
  /** The folder of the repository, or the one that the command runs in. */
  readonly root: string;
}

export interface Printing {
  readonly io: Io;
  readonly format: LintFormat;
  readonly statistics: boolean;
  readonly paint: Paint;
}

/** Prints an outcome on standard output. In text format, files that could not be linted go to standard error. */
export async function printOutcome(outcome: LintOutcome, printing: Printing): Promise<void> {
  const { stdout } = printing.io;
  switch (printing.format) {
    case 'json':
      stdout.write(`${JSON.stringify(jsonReport(outcome), null, 2)}\n`);
      return;
    case 'sarif':
      stdout.write(`${JSON.stringify(await sarifReport(outcome, printing.io.cwd), null, 2)}\n`);
      return;
    case 'github':
      printAnnotations(outcome, printing);
      return;
    case 'text':
      printText(outcome, printing);
  }
}

const findingsOf = ({ results }: LintOutcome): readonly FindingJson[] =>
  results.flatMap((found) => found.map(({ finding }) => finding));

function jsonReport(outcome: LintOutcome): LintReportJson {
  const { files, seconds, errors } = outcome;
  return { version: 1, files, durationMs: Math.round(seconds * 1000), findings: findingsOf(outcome), errors };
}

async function sarifReport({ results, errors, files, root }: LintOutcome, folder: string): Promise<object> {
  const [{ documentedRules }, { sarifLog }] = await Promise.all([
    import('../../lint/rules/documented'),
    import('../../lint/files/sarif'),
  ]);
  return sarifLog({
    version,
    folder,
    root,
    rules: documentedRules,
    findings: results.flat(),
    errors,
    successful: files > 0 || errors.length === 0,
  });
}

function printAnnotations(outcome: LintOutcome, { io, statistics }: Printing): void {
  const findings = findingsOf(outcome);
  const workplace = { cwd: io.cwd, workspace: io.env['GITHUB_WORKSPACE'] };
  for (const finding of findings) writeStyled(io.stdout, workflowCommand(annotation(finding, workplace)));
  for (const error of outcome.errors) writeStyled(io.stdout, workflowCommand(errorAnnotation(error, workplace)));
  if (statistics) io.stdout.write(statisticsText(findings));
  io.stdout.write(summaryText(findings, outcome.files, outcome.errors));
}

function printText(outcome: LintOutcome, { io, statistics, paint }: Printing): void {
  for (const { finding, line } of outcome.results.flat())
    writeStyled(io.stdout, `${findingText(finding, line, paint)}\n`);
  for (const { path, message } of outcome.errors) io.stderr.write(`${inLine(`${path}: ${message}`)}\n`);
  const findings = findingsOf(outcome);
  if (statistics) io.stdout.write(statisticsText(findings));
  io.stdout.write(summaryText(findings, outcome.files, outcome.errors));
}
