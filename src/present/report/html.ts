import { emissionsStatement, sentences } from './statement';
import { escapeHtml, htmlPage } from '../markup';
import { headline } from '../../runs/describe';
import type { GroupEnergy } from '../../runs/summary';
import { statementFacts } from './statement-facts';
import { barChart, columnChart, partNames, partsIn, powerChart } from './charts';
import type { ProjectReport } from './project-report';
import { style } from './style';
import { basisSentences, dayTable, keyFigures, largestTable, programTable, type Table } from './words';
import { dayAndClock, dayKey } from '../words';

/** A bar chart holds this many; the rest is in the table. */
const barsShown = 12;
/** Columns thinner than this tell nothing any more. */
const columnsShown = 60;

/**
 * The report as one HTML file that needs nothing else: no script, no font, no picture from anywhere. Light or dark as
 * the reader's system is.
 */
export function reportAsHtml(report: ProjectReport): string {
  const { title, version, generatedAt, programs, days, power } = report;
  const name = `${title}: energy and emissions`;
  const known = programs.filter(({ energy }) => energy.total !== null);
  const knownDays = days.filter(({ energy }) => energy.total !== null);
  const recent = knownDays.slice(-columnsShown);
  const body = [
    `<h1>${escapeHtml(name)}</h1>`,
    `<p class="quiet">As of ${dayKey(new Date(generatedAt))}, by Green ML ${escapeHtml(version)}.</p>`,
    figures(report),
    known.length === 0
      ? ''
      : section(
          'Energy by program',
          barChart('programs', 'Energy by program, with its limits', known.slice(0, barsShown)) +
            legend(known.map(({ energy }) => energy)) +
            moreText(known.length - barsShown, 'program', 'programs'),
          programTable(report),
        ),
    recent.length < 2
      ? ''
      : section(
          'Energy by day',
          columnChart('days', 'Energy by day', recent) +
            legend(recent.map(({ energy }) => energy)) +
            moreText(knownDays.length - recent.length, 'earlier day', 'earlier days'),
          dayTable(report),
        ),
    power === null || power.points.length < 2
      ? ''
      : section(
          'Power of the run that used the most',
          `<p>${escapeHtml(`${power.record.name}, ${dayAndClock(new Date(power.record.startedAt))}: ${headline(power.record)}`)}</p>${powerChart('power', `Power of ${power.record.name} over time`, power.points, Date.parse(power.record.startedAt), power.record.scope)}`,
          null,
        ),
    `<section><h2>${escapeHtml(largestTable(report).caption)}</h2>${table(largestTable(report))}</section>`,
    `<section><h2>What the figures rest on</h2><ul>${basisSentences(report)
      .map((sentence) => `<li>${escapeHtml(sentence)}</li>`)
      .join('')}</ul></section>`,
    statement(report),
  ];
  return htmlPage({
    title: name,
    policy: "default-src 'none'; style-src 'unsafe-inline'",
    head: `<meta name="color-scheme" content="light dark">\n<style>${style}</style>`,
    body: `<main>\n${body.filter((part) => part !== '').join('\n')}\n</main>`,
  });
}

function figures(report: ProjectReport): string {
  const each = keyFigures(report).map(
    ({ name, value, detail }) =>
      `<div><dt>${escapeHtml(name)}</dt><dd><strong>${escapeHtml(value)}</strong><span class="quiet">${escapeHtml(detail)}</span></dd></div>`,
  );
  return `<dl class="figures">${each.join('')}</dl>`;
}

/** A chart, with its numbers in a table that unfolds. */
function section(heading: string, chart: string, numbers: Table | null): string {
  const details = numbers === null ? '' : `<details><summary>The numbers</summary>${table(numbers)}</details>`;
  return `<section><h2>${escapeHtml(heading)}</h2><div class="chart">${chart}</div>${details}</section>`;
}

/** What a chart leaves out, and where it is. */
function moreText(count: number, one: string, several: string): string {
  return count <= 0
    ? ''
    : `<p class="quiet">${count} more ${count === 1 ? `${one} is` : `${several} are`} in the numbers.</p>`;
}

function legend(energies: readonly GroupEnergy[]): string {
  const parts = partsIn(energies);
  if (parts.length < 2) return '';
  return `<ul class="legend">${parts.map((part) => `<li><span class="swatch ${part}"></span>${partNames[part]}</li>`).join('')}</ul>`;
}

function table({ caption, header, rows }: Table): string {
  const head = header
    .map((cell, column) => `<th scope="col"${column === 0 ? '' : ' class="number"'}>${escapeHtml(cell)}</th>`)
    .join('');
  const body = rows.map(
    ([name = '', ...cells]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th>${cells.map((cell) => `<td class="number">${escapeHtml(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="wide" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

function statement({ summary, version }: ProjectReport): string {
  const facts = statementFacts(summary, version);
  const latex = emissionsStatement(facts, 'latex');
  return `<section><h2>For a paper</h2><p>${escapeHtml(sentences(facts).join(' '))}</p><details><summary>LaTeX</summary><pre tabindex="0">${escapeHtml(latex.trim())}</pre></details></section>`;
}
