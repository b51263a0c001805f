import type { Estimate } from '../../units/estimate';
import { energyWithin, about, co2e } from '../quantities';
import { html, type Html } from '../html';
import { escapeMarkdown } from '../markup';
import { asSentence, countedInText, dayKey, formatEnergy, formatShare } from '../words';
import { programChart, weekChart } from './energy-charts';
import { reportPage } from './page';
import { groupRow, htmlTable, markdownTable, type ReportTable } from './tables';
import type { PersonGroup, TeamReport } from './team-report';
import { unknownEnergyInWords } from './unknown-energy';

/** A report of a team as Markdown, HTML and JSON. */

/** The most bars in a chart; the rest is in the table. */
const barsShown = 20;
/** More columns than this are too thin to read. */
const columnsShown = 26;

export function teamAsMarkdown(report: TeamReport): string {
  const parts = [
    `# ${escapeMarkdown(report.title)}: energy and emissions`,
    `As of ${dayKey(new Date(report.generatedAt))}.`,
    newsOf(report).map(escapeMarkdown).join(' '),
    ...tablesOf(report).map(markdownTable),
    '## About the figures',
    aboutTheFigures(report)
      .map((sentence) => `- ${escapeMarkdown(sentence)}`)
      .join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** One self-contained file, without scripts, fonts or images from elsewhere. */
export function teamAsHtml(report: TeamReport): string {
  const name = `${report.title}: energy and emissions`;
  const [news = '', ...more] = newsOf(report);
  const body = [
    html`<header><h1>${name}</h1><p class="quiet">As of ${dayKey(new Date(report.generatedAt))}, by Green ML ${report.version}.</p></header>`,
    html`<p class="news"><strong>${news}</strong>${more.map((sentence) => html` ${sentence}`)}</p>`,
    report.weeks.length > 1 &&
      html`<section><h2>Energy by week</h2>${weekChart(report.weeks.slice(-columnsShown))}</section>`,
    report.people.length > 1 &&
      html`<section><h2>Energy by person</h2>${programChart(report.people.filter(({ energy }) => energy.total !== null).slice(0, barsShown), report.all?.energy.total?.value ?? 0)}</section>`,
    ...tablesOf(report).map((table): Html => html`<section><h2>${table.caption}</h2>${htmlTable(table)}</section>`),
    html`<section><h2>About the figures</h2><ul>${aboutTheFigures(report).map((sentence) => html`<li>${sentence}</li>`)}</ul></section>`,
  ];
  return reportPage(name, body);
}

/** Numbers are not rounded. */
export function teamAsJson({ title, generatedAt, people, weeks, all, programs, ...rest }: TeamReport): string {
  const { version, ...counts } = rest;
  const group = ({
    label,
    runs,
    seconds,
    energy,
    emissions,
    isModelled,
    ...more
  }: PersonGroup | TeamReport['weeks'][number]): object => ({
    name: label,
    runs,
    seconds,
    energyWh:
      energy.total === null
        ? null
        : {
            total: energy.total.value,
            low: energy.total.low,
            high: energy.total.high,
            cpu: energy.cpu,
            gpu: energy.gpu,
            memory: energy.memory,
          },
    emissionsGrams: emissions.map(({ basis, grams }) => ({ basis, ...grams })),
    isModelled,
    ...('failed' in more ? { failed: { runs: more.failed.runs, energyWh: limitsJson(more.failed.energy) } } : {}),
  });
  const document = {
    version: 1,
    title,
    generatedAt: new Date(generatedAt).toISOString(),
    by: `Green ML ${version}`,
    total: all === null ? null : group(all),
    people: people.map(group),
    weeks: weeks.map(group),
    programs: programs.map(group),
    ...counts,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function limitsJson(energy: Estimate | null): object | null {
  return energy === null ? null : { total: energy.value, low: energy.low, high: energy.high };
}

function newsOf({ all, people, peopleWithoutRuns }: TeamReport): readonly string[] {
  if (all === null) return [`No runs were found in the journals of ${people.length + peopleWithoutRuns} people.`];
  const { runs, failed, energy, isModelled } = all;
  const used = energy.total === null ? null : energyWithin(energy.total.value, energy.total);
  const lost =
    failed.energy === null || energy.total === null || energy.total.value <= 0
      ? ''
      : `, with ${formatShare(failed.energy.value / energy.total.value)} of the energy`;
  return [
    `${countedInText(runs, 'run')} of ${people.length === 1 ? 'one person' : `${people.length} people`} used ${used === null ? formatEnergy(null) : about(isModelled, used.value)}${used?.range === null || used === null ? '' : ` (${used.range})`}.`,
    ...(failed.runs > 0 ? [`${countedInText(failed.runs, 'run')} failed${lost}.`] : []),
  ].map(asSentence);
}

function tablesOf({ people, weeks, programs }: TeamReport): readonly ReportTable[] {
  const header = ['Runs', 'Time', 'Energy', 'Between', co2e];
  return [
    {
      caption: 'People',
      header: ['Person', ...header, 'Failed'],
      rows: people.map((person) => [...groupRow(person), person.failed.runs === 0 ? '' : failedText(person)]),
    },
    { caption: 'Weeks', header: ['Week from', ...header], rows: weeks.map(groupRow) },
    { caption: 'Programs', header: ['Program', ...header], rows: programs.map(groupRow) },
  ].filter(({ rows }) => rows.length > 0);
}

function failedText({ failed, energy: { total } }: PersonGroup): string {
  const share =
    failed.energy === null || total === null || total.value <= 0
      ? ''
      : ` (${formatShare(failed.energy.value / total.value)})`;
  return `${failed.runs}${share}`;
}

function aboutTheFigures(report: TeamReport): readonly string[] {
  const { peopleWithoutRuns, peopleWithNames, repeatedRuns, unreadFiles, problems, programs, people, all } = report;
  return [
    'The report has no command lines, folders, commits or names of computers.',
    programs.length === 0
      ? 'The names of programs are left out: nobody has put a file named share-names beside the folder of their runs.'
      : `The names of programs are those of ${countedInText(peopleWithNames, 'person').replace('persons', 'people')} who put a file named share-names beside the folder of their runs.`,
    'Runs in progress are left out. Failed runs are those with an exit code other than 0; in brackets is their share of the energy.',
    ...(people.length > 1
      ? ['If runs of two people count one whole machine at the same time, each of them has all of its energy.']
      : []),
    ...unknownEnergyInWords(report.runsWithoutEnergy, all?.runs ?? 0),
    ...(peopleWithoutRuns > 0
      ? [
          `${countedInText(peopleWithoutRuns, 'journal')} ${peopleWithoutRuns === 1 ? 'has' : 'have'} no run that has ended.`,
        ]
      : []),
    ...(repeatedRuns > 0
      ? [
          `${countedInText(repeatedRuns, 'run')} ${repeatedRuns === 1 ? 'is' : 'are'} in the journals of several people and ${repeatedRuns === 1 ? 'counts' : 'count'} once, for the first of them by name.`,
        ]
      : []),
    ...(unreadFiles > 0
      ? [
          `${countedInText(unreadFiles, 'file')} could not be read as ${unreadFiles === 1 ? 'a run' : 'runs'} and ${unreadFiles === 1 ? 'is' : 'are'} left out.`,
        ]
      : []),
    ...problems,
  ].map(asSentence);
}
