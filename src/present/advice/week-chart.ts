import { weekdays } from '../../place/local-time';
import { html, type Html } from '../html';
import { wholePercent } from '../words';
import type { Translate } from '../l10n';

/** Pixels; places along the chart are shares of the page. */
const top = 18;
const plotHeight = 80;
const height = top + plotHeight + 22;

/** Monday first, so that the weekend is not cut in two. */
const days = [...weekdays.slice(1), ...weekdays.slice(0, 1)];
const weekend = new Set(['Sat', 'Sun']);

/**
 * The mean of each day, Monday to Sunday, as a share of the dirtier ones. Weekdays are alike, and so are the days of the
 * weekend: each has one figure.
 *
 * @param weekendRatio intensity on weekend days, divided by that on weekdays
 * @param today `Mon` to `Sun`
 */
export function weekChart(weekendRatio: number, today: string, t: Translate): Html {
  const shareOf = (isWeekend: boolean): number => (isWeekend ? weekendRatio : 1) / Math.max(weekendRatio, 1);
  const words = (isWeekend: boolean): string => wholePercent(shareOf(isWeekend) * 100);
  const step = 100 / days.length;
  const columns = days.map((day, index) => {
    const isWeekend = weekend.has(day);
    const tall = shareOf(isWeekend) * plotHeight;
    const middle = `${((index + 0.5) * step).toFixed(1)}%`;
    const isNamed = day === 'Mon' || day === 'Sat';
    return html`<rect class="column${isWeekend === weekendRatio < 1 && ' best'}" x="${((index + 0.12) * step).toFixed(1)}%" width="${(step * 0.76).toFixed(1)}%" y="${(top + plotHeight - tall).toFixed(1)}" height="${tall.toFixed(1)}"/>${
      isNamed &&
      html`<text x="${middle}" y="${(top + plotHeight - tall - 5).toFixed(1)}" text-anchor="middle">${words(isWeekend)}</text>`
    }<text${day === today && html` class="mark"`} x="${middle}" y="${top + plotHeight + 16}" text-anchor="middle">${t(day)}</text>`;
  });
  return html`<p class="caption">${t('How the days of the week compare. The hours above are the mean of all days of the month.')}</p>
<div class="week" role="img" aria-label="${t('Weekdays {0}, Saturday and Sunday {1}.', words(false), words(true))}"><svg height="${height}">${columns}</svg></div>`;
}
