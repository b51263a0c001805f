import { resolve } from 'node:path';
import { assess } from '../practices/assess';
import { checklistPath, readChecklist } from '../practices/checklist-file';
import { gatherEvidence } from '../practices/evidence';
import { nothingKnown, type CodeFact, type LintFinding, type ProjectFacts } from '../practices/facts';
import { whatNext } from '../practices/next';
import { runsOfProject } from '../runs/project-runs';
import { badgeText, reportAsJson, reportAsMarkdown, reportAsText, type PracticesReport } from '../practices/report';
import { findRegionFacts } from '../practices/region-facts';
import { settingsFacts } from '../practices/settings-facts';
import { findStartFacts } from '../practices/start-facts';
import { originRemark } from '../runs/origin';
import { budgetsIn, combineSettings } from '../runs/settings/layers';
import { allOf } from '../present/words';
import { errorCode, readSmallText } from '../system/files';
import { CommandError, type Io } from './io';
import { journalOf } from './journal';
import { sharedSettings } from './settings';
import { lintProject, type ProjectScan } from './lint/project';

export type PracticesFormat = 'text' | 'json' | 'markdown' | 'badge';

/** Reads a project, and what is known about its practices. */
export async function reportOn(
  folder: string,
  io: Io,
  scan: ProjectScan = { cache: true, inside: [] },
): Promise<PracticesReport> {
  const reading = readChecklist(await checklistText(folder, io));
  if (reading.kind !== 'read') {
    const line = reading.line === null ? '' : ` (line ${reading.line})`;
    throw new CommandError(`${checklistPath}${line} cannot be used. ${reading.problem}`);
  }
  const { facts, notes } = await factsOf(folder, io, scan);
  const assessed = assess(reading.checklist, gatherEvidence(facts));
  return { assessed, next: whatNext(assessed, facts), notes };
}

async function checklistText(folder: string, { files }: Io): Promise<string | null> {
  try {
    // A folder that does not exist is an error; a folder without a checklist is not.
    await files.list(folder);
  } catch (error) {
    throw new CommandError(
      `${folder} cannot be read (${errorCode(error) ?? String(error)}); give the folder of a project.`,
    );
  }
  const path = resolve(folder, checklistPath);
  const read = await readSmallText(path);
  if (read.kind === 'unreadable') throw new CommandError(`${path} cannot be used. ${read.problem}`);
  return read.kind === 'text' ? read.text : null;
}

async function factsOf(
  folder: string,
  io: Io,
  scan: ProjectScan,
): Promise<{ readonly facts: ProjectFacts; readonly notes: readonly string[] }> {
  const { layers, limits, problems } = await sharedSettings({ ...io, cwd: folder });
  const { place, budgets } = combineSettings(layers, limits);
  const location = place.location?.value ?? null;
  const used = layers.filter(
    ({ path, location: set, budgets: own }) => path !== null || set !== null || budgetsIn(own).length > 0,
  );
  const notes: string[] = [
    used.length === 0
      ? 'No settings file sets a location or a budget.'
      : `Only settings ${allOf(used.map(({ from }) => originRemark(from) ?? ''))} are known here.`,
    ...problems,
  ];
  const settings = used.length === 0 ? null : settingsFacts(location, budgets);
  const [code, runs, region] = await Promise.all([
    codeFacts(folder, io, scan),
    recordedRuns(folder, io, notes),
    findRegionFacts(location),
  ]);
  return {
    facts: {
      ...nothingKnown,
      folder,
      ...code,
      runs,
      settings,
      region,
      starts: runs === null ? null : await findStartFacts(runs),
    },
    notes,
  };
}

async function codeFacts(folder: string, io: Io, scan: ProjectScan): Promise<Pick<ProjectFacts, 'lint' | 'code'>> {
  const findings: LintFinding[] = [];
  const code: CodeFact[] = [];
  let files = 0;
  for await (const file of lintProject(folder, io, scan)) {
    files += 1;
    findings.push(...file.findings);
    code.push(...file.facts);
  }
  return { lint: { files, findings }, code };
}

async function recordedRuns(folder: string, io: Io, notes: string[]): Promise<ProjectFacts['runs']> {
  const journal = journalOf(io, () => undefined);
  if (journal === null) return null;
  try {
    const { runs } = await journal.list();
    return runsOfProject(runs, folder);
  } catch (error) {
    notes.push(`The recorded runs in ${journal.folder} cannot be read (${errorCode(error) ?? String(error)}).`);
    return null;
  }
}

export function print(report: PracticesReport, format: PracticesFormat): string {
  switch (format) {
    case 'text':
      return reportAsText(report);
    case 'json':
      return `${JSON.stringify(reportAsJson(report), null, 2)}\n`;
    case 'markdown':
      return reportAsMarkdown(report);
    case 'badge':
      return `${badgeText(report.assessed)}\n`;
  }
}
