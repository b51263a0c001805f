import { headline } from '../../runs/describe';
import { barChart, columnChart } from '../charts';
import { html, htmlLines, htmlPage, rawHtml, type Html, type HtmlValue } from '../html';
import { dayAndClock, dayKey, formatEnergy, plural } from '../words';
import { energyBar, legend, powerChart } from './energy-charts';
import type { ProjectReport } from './project-report';
import { emissionsStatement, sentences } from './statement';
import { statementFacts } from './statement-facts';
import style from './report.css';
import { basisSentences, dayTable, keyFigures, largestTable, programTable, type ReportTable } from './words';

/** The most bars in a chart. The rest is in the table. */
const barsShown = 12;
/** More columns than this are too thin to read. */
const columnsShown = 60;

/**
 * The report as one self-contained HTML file, without scripts, fonts or images from elsewhere. Light or dark, like the
 * reader's system.
 */
export function reportAsHtml(report: ProjectReport): string {
  const { title, version, generatedAt, programs, days, power } = report;
  const name = `${title}: energy and emissions`;
  const known = programs.filter(({ energy }) => energy.total !== null);
  const knownDays = days.filter(({ energy }) => energy.total !== null);
  const recent = knownDays.slice(-columnsShown);
  const body = [
    html`<h1>${name}</h1>`,
    html`<p class="quiet">As of ${dayKey(new Date(generatedAt))}, by Green ML ${version}.</p>`,
    figures(report),
    known.length > 0 &&
      section(
        'Energy by program',
        [
          barChart(
            { id: 'programs', title: 'Energy by program, with its limits', format: formatEnergy },
            known.slice(0, barsShown).map(energyBar),
            formatEnergy(null),
          ),
          legend(known.map(({ energy }) => energy)),
          moreText(known.length - barsShown, 'program'),
        ],
        programTable(report),
      ),
    recent.length >= 2 &&
      section(
        'Energy by day',
        [
          columnChart({ id: 'days', title: 'Energy by day', format: formatEnergy }, recent.map(energyBar)),
          legend(recent.map(({ energy }) => energy)),
          moreText(knownDays.length - recent.length, 'earlier day'),
        ],
        dayTable(report),
      ),
    power !== null &&
      power.points.length >= 2 &&
      section(
        'Power of the run that used the most',
        [
          html`<p>${power.record.name}, ${dayAndClock(new Date(power.record.startedAt))}: ${headline(power.record)}</p>`,
          powerChart(power.record, power.points),
        ],
        null,
      ),
    html`<section><h2>${largestTable(report).caption}</h2>${table(largestTable(report))}</section>`,
    html`<section><h2>About the figures</h2><ul>${basisSentences(report).map((sentence) => html`<li>${sentence}</li>`)}</ul></section>`,
    statement(report),
  ];
  return htmlPage({
    title: name,
    policy: "default-src 'none'; style-src 'unsafe-inline'",
    head: html`<meta name="color-scheme" content="light dark">
<style>${rawHtml(style)}</style>`,
    body: html`<main>
${htmlLines(body)}
</main>`,
  });
}

function figures(report: ProjectReport): Html {
  const each = keyFigures(report).map(
    ({ name, value, detail }) =>
      html`<div><dt>${name}</dt><dd><strong>${value}</strong><span class="quiet">${detail}</span></dd></div>`,
  );
  return html`<dl class="figures">${each}</dl>`;
}

/** A chart, and a table with its numbers that unfolds. */
function section(heading: string, chart: HtmlValue, numbers: ReportTable | null): Html {
  const details = numbers && html`<details><summary>The numbers</summary>${table(numbers)}</details>`;
  return html`<section><h2>${heading}</h2><div class="chart">${chart}</div>${details}</section>`;
}

/** Says how much a chart leaves out, and where to find it. */
function moreText(count: number, noun: string): Html | null {
  if (count <= 0) return null;
  return html`<p class="quiet">${count} more ${plural(count, noun)} ${plural(count, 'is', 'are')} in the numbers.</p>`;
}

function table({ caption, header, rows }: ReportTable): Html {
  const head = header.map((cell, column) => html`<th scope="col"${column > 0 && html` class="number"`}>${cell}</th>`);
  const body = rows.map(
    ([name = '', ...cells]) =>
      html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`,
  );
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function statement({ summary, version }: ProjectReport): Html {
  const facts = statementFacts(summary, version);
  const latex = emissionsStatement(facts, 'latex');
  return html`<section><h2>For a paper</h2><p>${sentences(facts).join(' ')}</p><details><summary>LaTeX</summary><pre tabindex="0">${latex.trim()}</pre></details></section>`;
}
