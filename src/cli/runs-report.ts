import { Command, Option } from 'commander';
import { basename, extname, resolve } from 'node:path';
import { version } from '../../package.json';
import { PowerSeries } from '../runs/power-series';
import { reportAsHtml } from '../present/report/html';
import { reportAsMarkdown } from '../present/report/markdown';
import { projectReport, type FunctionalUnit, type ProjectReport } from '../present/report/project-report';
import { inLine } from '../present/plain-text';
import type { RunRecord } from '../runs/record';
import { CommandError, type Io } from './io';
import { atLeast, moreThanZero, most, share } from './number-option';
import { deliver, requireJournal } from './run-records';
import { addSelection, selectRuns, type SelectionOptions } from './run-selection';

interface ReportOptions extends SelectionOptions {
  readonly format?: 'markdown' | 'html';
  readonly output?: string;
  readonly title?: string;
  readonly units?: number;
  readonly unit: string;
  readonly embodiedKg?: number;
  readonly lifespanHours?: number;
  readonly share: number;
  readonly practices: boolean;
}

/** `green-ml runs report`: a project's energy and emissions, for readers outside the project. */
export function reportCommand(io: Io): Command {
  return addSelection(new Command('report').description('write a report on the energy and emissions of a project'))
    .addOption(
      new Option(
        '--format <format>',
        'format of the report (default: from the name of the file, else markdown)',
      ).choices(['markdown', 'html']),
    )
    .option('--output <file>', 'write to a file instead of standard output')
    .option('--title <text>', 'name of the project (default: the name of the folder)')
    .option(
      '--units <n>',
      'number of functional units that the runs served, for the SCI score',
      moreThanZero(most.units),
    )
    .option(
      '--unit <name>',
      'name of the functional unit: token, image, inference, workflow, parameter, FLOP or any other word',
      'unit',
    )
    .option('--embodied-kg <kg>', 'emissions from making the hardware, kg CO₂e', atLeast(0, most.kilograms))
    .option('--lifespan-hours <h>', 'hours that the hardware is used over its lifetime', moreThanZero(most.hours))
    .option(
      '--share <share>',
      'share of the machine that is reserved for the runs, 0 to 1; applies to energy and embodied emissions',
      share,
      1,
    )
    .option(
      '--no-practices',
      'leave out the practices of the folder; reading its code takes a while in a large project',
    )
    .action(async (ids: string[], options: ReportOptions) => {
      const unit = unitOf(options);
      const runs = await selectRuns(io, ids, options);
      const isOfFolder = ids.length === 0 && options.all !== true;
      const report = projectReport(runs, {
        title: options.title ?? basename(resolve(io.cwd, options.folder ?? '.')),
        version,
        generatedAt: io.clock.wallMilliseconds(),
        unit,
        power: null,
        practices:
          isOfFolder && options.practices ? await practicesOf(io, resolve(io.cwd, options.folder ?? '.')) : null,
      });
      const whole = { ...report, power: await powerOf(io, report.largest[0] ?? null) };
      await deliver(io, formOf(options) === 'html' ? reportAsHtml(whole) : reportAsMarkdown(whole), options.output);
    });
}

/** The report is written without them if they cannot be read. */
async function practicesOf(io: Io, folder: string): Promise<ProjectReport['practices']> {
  try {
    const { reportOn } = await import('./practices');
    return await reportOn(folder, io, true);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    io.stderr.write(`green-ml: the report has no practices: ${inLine(error.message)}\n`);
    return null;
  }
}

function formOf({ format, output }: ReportOptions): 'markdown' | 'html' {
  if (format !== undefined) return format;
  return ['.html', '.htm'].includes(extname(output ?? '').toLowerCase()) ? 'html' : 'markdown';
}

function unitOf({ units, unit, embodiedKg, lifespanHours, share: reserved }: ReportOptions): FunctionalUnit | null {
  if (units === undefined) {
    if (embodiedKg === undefined) return null;
    throw new CommandError('--embodied-kg needs --units, for the SCI score.');
  }
  if (embodiedKg === undefined) return { name: unit, count: units, share: reserved, hardware: null };
  if (lifespanHours === undefined) throw new CommandError('--embodied-kg needs --lifespan-hours.');
  return { name: unit, count: units, share: reserved, hardware: { kilograms: embodiedKg, lifespanHours } };
}

/** The samples of the largest run; if its file cannot be read, the report has one chart less. */
async function powerOf(io: Io, record: RunRecord | null): Promise<ProjectReport['power']> {
  if (record === null) return null;
  const stored = await requireJournal(io)
    .read(record.id)
    .catch(() => null);
  return stored === null ? null : { record, points: PowerSeries.of(stored.samples).points };
}
