import type { TimeAdvice } from '../../advice/when/time-advice';
import type { Hour } from '../../grid/profile';
import { dayAndTime, localHour, schedulerLines } from '../../place/local-time';
import { html, htmlLines, type Html } from '../html';
import { dayChart, type ChartMark } from './day-chart';
import { massesAlike } from '../quantities';
import { paragraphs } from './page';
import type { TimePageContent } from './time-content';
import { timeHero } from './time-hero';
import { weekChart } from './week-chart';
import { english, type Translate } from '../l10n';

/** The body of the page on start times: what waiting saves, then the coming hours. */
export function timePageBody(content: TimePageContent, t: Translate = english): Html {
  const { advice, hours, weekendRatio, now, timeZone, notes, source } = content;
  const chart = dayChart({ hours, marks: marksOf(content, t), now, timeZone, t });
  return htmlLines([
    timeHero(content, t),
    schedulerLine(content),
    chart &&
      html`<h2>${t('Carbon intensity by the hour')}</h2>
${chart}`,
    table(hours, advice, now, timeZone, t),
    weekendRatio !== null &&
      html`<h2>${t('The usual week')}</h2>
${weekChart(weekendRatio, localHour(now, timeZone).weekday, t)}`,
    paragraphs(notes),
    html`<p class="source">${source}</p>`,
  ]);
}

function marksOf({ advice, emissions, now, timeZone }: TimePageContent, t: Translate): readonly ChartMark[] {
  if (advice.now === null || advice.best === null) return [];
  const [gramsNow, gramsBest] = emissions === null ? [] : massesAlike([emissions.now, emissions.best]);
  const words = (name: string, gramsPerKWh: number, grams: string | undefined): string =>
    `${name}: ${Math.round(gramsPerKWh)} g/kWh${grams === undefined ? '' : ` · ~${grams}`}`;
  const { now: at, best } = advice;
  if (best.start === at.start || Math.round(best.savingPercent) < 1)
    return [{ ...at, kind: 'best', words: words(t('Start now'), at.gramsPerKWh, gramsNow) }];
  return [
    { ...at, kind: 'now', words: words(t('Start now'), at.gramsPerKWh, gramsNow) },
    { ...best, kind: 'best', words: words(dayAndTime(best.start, now, timeZone, t), best.gramsPerKWh, gramsBest) },
  ];
}

/** What Slurm needs to start the job then, to read and to copy. */
function schedulerLine({ advice: { advice, best }, timeZone }: TimePageContent): Html | null {
  if (advice !== 'wait' || best === null) return null;
  return html`<p class="caption">Slurm: <code>${schedulerLines(best.start, timeZone).slurm}</code></p>`;
}

function inWindow({ start, end }: Hour, { best }: TimeAdvice): boolean {
  return best !== null && start < best.end && end > best.start;
}

function table(hours: readonly Hour[], advice: TimeAdvice, now: number, timeZone: string, t: Translate): Html | null {
  if (hours.length === 0) return null;
  const showsUtc = timeZone !== 'UTC';
  const rows = hours.map((hour) => {
    const isMarked = inWindow(hour, advice);
    const utc = showsUtc && html`<td>${dayAndTime(hour.start, now, 'UTC', t)}</td>`;
    return html`<tr${isMarked && html` class="here"`}><th scope="row">${dayAndTime(hour.start, now, timeZone, t)}</th>${utc}<td class="number">${Math.round(hour.gramsPerKWh)}</td><td>${isMarked && t('cleanest')}</td></tr>`;
  });
  return html`<details><summary>${t('The figures')}</summary><table><thead><tr><th scope="col">${timeZone}</th>${showsUtc && html`<th scope="col">UTC</th>`}<th scope="col" class="number">g/kWh</th><th scope="col">${t('Window')}</th></tr></thead><tbody>${rows}</tbody></table></details>`;
}
