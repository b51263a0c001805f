import { basename, resolve } from 'node:path';
import { version } from '../../package.json';
import { PowerSeries } from '../runs/power-series';
import { reportAsHtml } from '../present/report/html';
import { reportAsMarkdown } from '../present/report/markdown';
import { projectReport, type FunctionalUnit, type ProjectReport } from '../present/report/project-report';
import { inLine } from '../present/plain-text';
import type { RunRecord } from '../runs/record';
import { CommandError, type Io } from './io';
import { deliver, requireJournal } from './run-records';
import { formOf, type ReportOptions } from './report-options';
import { selectRuns } from './run-selection';

/** Writes the report of the chosen runs. Apart from its command, which every `green-ml runs` reads. */
export async function writeReport(io: Io, ids: readonly string[], options: ReportOptions): Promise<void> {
  if (formOf(options) === 'json')
    throw new CommandError(
      '--format json is for the report of a team (--team); for runs, use "green-ml runs list --json".',
    );
  const unit = unitOf(options);
  const runs = await selectRuns(io, ids, options);
  const isOfFolder = ids.length === 0 && options.all !== true;
  const folder = resolve(io.cwd, options.folder ?? '.');
  const report = projectReport(runs, {
    title: options.title ?? basename(folder),
    version,
    generatedAt: io.clock.wallMilliseconds(),
    unit,
    power: null,
    practices: isOfFolder && options.practices ? await practicesOf(io, folder) : null,
  });
  const whole = { ...report, power: await powerOf(io, report.largest[0] ?? null) };
  await deliver(io, formOf(options) === 'html' ? reportAsHtml(whole) : reportAsMarkdown(whole), options.output);
}

/** The report is written without them if they cannot be read. */
async function practicesOf(io: Io, folder: string): Promise<ProjectReport['practices']> {
  try {
    const { reportOn } = await import('./practices');
    return await reportOn(folder, io);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    io.stderr.write(`green-ml: the report has no practices: ${inLine(error.message)}\n`);
    return null;
  }
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
