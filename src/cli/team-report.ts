import { basename, resolve, sep } from 'node:path';
import { version } from '../../package.json';
import { teamAsHtml, teamAsJson, teamAsMarkdown } from '../present/report/team-documents';
import { TeamSums } from '../present/report/team-report';
import { teamJournals } from '../runs/team/journals';
import { readPersonRuns } from '../runs/team/read-journal';
import { stateNow } from '../system/file-state';
import { readRegularText } from '../system/files';
import { CommandError, requirePath, type Io } from './io';
import { deliver } from './run-records';
import { formOf, type ReportOptions } from './report-options';

/**
 * Writes the report of a team. The journals are read one after the other, and only the sums are kept.
 *
 * @throws CommandError if there is no journal
 */
export async function writeTeamReport(io: Io, options: ReportOptions & { readonly team: string }): Promise<void> {
  requirePath(options.team);
  const pattern = resolve(io.cwd, options.team);
  const files = { list: (folder: string) => io.files.list(folder), readText: readRegularText, stateNow };
  const { journals, problems } = await teamJournals(pattern, files);
  if (journals.length === 0)
    throw new CommandError(
      `no journals were found in ${pattern}${problems.length === 0 ? '' : ` (${(problems[0] ?? '').replace(/\.$/, '')})`}; give a folder with one folder for each person, such as /shared/green-ml, or a pattern such as '/home/*'.`,
    );
  const sums = new TeamSums();
  sums.addProblems(problems);
  const now = io.clock.wallMilliseconds();
  for (const { person, folder, showsNames } of journals) {
    const { runs, unread, problem } = await readPersonRuns(folder, files, now);
    sums.addProblems(problem === null ? [] : [problem], unread);
    sums.add(person, runs, showsNames);
  }
  const report = sums.report(
    {
      title: options.title ?? basename(beforeWildcard(pattern)),
      version,
      generatedAt: now,
    },
    options.pseudonyms !== true,
  );
  const forms = { html: teamAsHtml, json: teamAsJson, markdown: teamAsMarkdown };
  await deliver(io, forms[formOf(options)](report), options.output);
}

/** The folder in front of the first wildcard. */
function beforeWildcard(pattern: string): string {
  const parts = pattern.split(sep);
  const first = parts.findIndex((part) => /[*?[]/.test(part));
  return first < 0 ? pattern : parts.slice(0, first).join(sep);
}
