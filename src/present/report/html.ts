import { headline } from '../../runs/describe';
import { html, type Html, type HtmlValue } from '../html';
import { dayAndClock, dayKey, plural } from '../words';
import {
  dayChart,
  partsLegend,
  pastBestChart,
  pastBestLegend,
  powerChart,
  programChart,
  unitChart,
  weekChart,
} from './energy-charts';
import type { ReportGroup } from './groups';
import { newsSentences, wasteNotes } from './news';
import { practicesSection } from './practices-section';
import type { ProjectReport } from './project-report';
import { emissionsStatement, sentences } from './statement';
import { statementFacts } from './statement-facts';
import { htmlTable, type ReportTable } from './tables';
import { reportPage } from './page';
import {
  basisSentences,
  changeText,
  keyFigures,
  largestTable,
  mostWeeksByDay,
  pastBestTable,
  programTable,
  timeTable,
  unitTable,
} from './words';

/** The most bars in a chart. The rest is in the table. */
const barsShown = 12;
/** More columns than this are too thin to read. */
const columnsShown = 26;
/** Small charts of single programs. */
const unitChartsShown = 6;

/**
 * The report as one self-contained HTML file, without scripts, fonts or images from elsewhere. Light or dark, like the
 * reader's system, and light on paper. The news come first, then the evidence, then how the figures came about.
 */
export function reportAsHtml(report: ProjectReport): string {
  const { title, version, generatedAt } = report;
  const name = `${title}: energy and emissions`;
  const [news = '', ...more] = newsSentences(report);
  const body = [
    html`<header><h1>${name}</h1><p class="quiet">As of ${dayKey(new Date(generatedAt))}, by Green ML ${version}.</p></header>`,
    html`<p class="news"><strong>${unbroken(news)}</strong>${more.map((sentence) => html` ${unbroken(sentence)}`)}</p>`,
    figures(report),
    timeSection(report),
    programSection(report),
    wasteSection(report),
    unitSection(report),
    report.practices !== null && practicesSection(report.practices),
    powerSection(report),
    html`<section><h2>${largestTable(report).caption}</h2>${htmlTable(largestTable(report))}</section>`,
    html`<section><h2>About the figures</h2><ul>${basisSentences(report).map((sentence) => html`<li>${sentence}</li>`)}</ul></section>`,
    statement(report),
  ];
  return reportPage(name, body);
}

/** Keeps a number and its unit on one line. */
function unbroken(text: string): string {
  return text.replace(/(\d) (?=[kM]?Wh|mWh|%)/g, '$1\u00a0');
}

function figures(report: ProjectReport): Html {
  const each = keyFigures(report).map(
    ({ name, value, detail }) =>
      html`<div><dt>${name}</dt><dd><strong>${value}</strong><span class="quiet">${detail}</span></dd></div>`,
  );
  return html`<dl class="figures">${each}</dl>`;
}

/** Weeks, or the days of a project that is only some weeks old. */
function timeSection(report: ProjectReport): Html | null {
  const byWeek = report.weeks.length > mostWeeksByDay;
  const groups = withEnergy(byWeek ? report.weeks : report.days);
  const shown = groups.slice(-columnsShown);
  if (shown.length < 2) return null;
  return section(
    byWeek ? 'Energy by week' : 'Energy by day',
    [
      byWeek ? weekChart(shown) : dayChart(shown),
      partsLegend(shown.map(({ energy }) => energy)),
      moreText(groups.length - shown.length, byWeek ? 'earlier week' : 'earlier day'),
    ],
    timeTable(report),
  );
}

function programSection(report: ProjectReport): Html | null {
  const known = withEnergy(report.programs);
  if (known.length === 0) return null;
  return section(
    'Energy by program',
    [
      programChart(known.slice(0, barsShown), report.summary.energy.total?.value ?? 0),
      partsLegend(known.map(({ energy }) => energy)),
      moreText(known.length - barsShown, 'program'),
    ],
    programTable(report),
  );
}

function withEnergy(groups: readonly ReportGroup[]): readonly ReportGroup[] {
  return groups.filter(({ energy }) => energy.total !== null);
}

function wasteSection(report: ProjectReport): Html | null {
  const { programs, failed } = report.waste;
  if (programs.length === 0 && failed.runs === 0) return null;
  return section(
    'What could be saved',
    [
      wasteNotes(report).map((sentence) => html`<p>${sentence}</p>`),
      programs.length > 0 && [pastBestChart(programs.slice(0, barsShown)), pastBestLegend()],
      moreText(programs.length - barsShown, 'program'),
    ],
    programs.length > 0 ? pastBestTable(report) : null,
  );
}

function unitSection(report: ProjectReport): Html | null {
  const { unitEnergies } = report;
  if (unitEnergies.length === 0) return null;
  const several = unitEnergies.filter(({ runs }) => runs.length > 1);
  const charts = several.slice(0, unitChartsShown).map((each) => {
    const change = changeText(each);
    const against = change === null ? null : html`<p class="quiet">${change}.</p>`;
    return html`<div><h3>${each.label}</h3>${unitChart(each)}${against}</div>`;
  });
  return section(
    unitEnergies.every(({ unit }) => unit === 'epoch') ? 'Energy of an epoch' : 'Energy of an epoch, round or trial',
    [
      html`<p class="quiet">Runs that ran to their end, start and end of the program included.</p>`,
      charts.length > 0 && html`<div class="several">${charts}</div>`,
      moreText(unitEnergies.length - charts.length, 'program'),
    ],
    unitTable(report),
  );
}

function powerSection({ power }: ProjectReport): Html | null {
  if (power === null || power.points.length < 2) return null;
  const { record, points } = power;
  return section(
    'Power of the run that used the most',
    [
      html`<p class="quiet">${record.name}, ${dayAndClock(new Date(record.startedAt))}: ${headline(record)}</p>`,
      powerChart(record, points),
    ],
    null,
  );
}

/** A chart, and a table with its numbers that unfolds. */
function section(heading: string, chart: HtmlValue, numbers: ReportTable | null): Html {
  const details =
    numbers && html`<details class="numbers"><summary>The numbers</summary>${htmlTable(numbers)}</details>`;
  return html`<section><h2>${heading}</h2>${chart}${details}</section>`;
}

/** Says how much a chart leaves out, and where to find it. */
function moreText(count: number, noun: string): Html | null {
  if (count <= 0) return null;
  return html`<p class="quiet">${count} more ${plural(count, noun)} ${plural(count, 'is', 'are')} in the numbers.</p>`;
}

function statement({ summary, version }: ProjectReport): Html {
  const facts = statementFacts(summary, version);
  const latex = emissionsStatement(facts, 'latex');
  return html`<section><h2>For a paper</h2><p>${sentences(facts).join(' ')}</p><details><summary>LaTeX</summary><pre tabindex="0">${latex.trim()}</pre></details></section>`;
}
