import type { Hour } from '../../grid/hours';
import { dayAndTime } from '../../place/local-time';
import type { TimeAdvice } from '../../advice/when/time-advice';
import { verdict } from '../../advice/words';
import { hiddenCommands } from '../contributions/commands';
import { commandLink, escapeHtml, paragraphs } from './html';

export interface TimePageContent {
  readonly place: string;
  readonly advice: TimeAdvice;
  readonly hours: readonly Hour[];
  /** When the question was asked, milliseconds since the epoch. */
  readonly now: number;
  readonly jobHours: number;
  readonly timeZone: string;
  readonly notes: readonly string[];
  readonly source: string;
}

/** The body of the page that shows the coming hours with the proposed window marked. */
export function timePageBody({
  place,
  advice,
  hours,
  now,
  jobHours,
  timeZone,
  notes,
  source,
}: TimePageContent): string {
  const { best } = advice;
  const actions =
    advice.advice === 'wait' && best !== null
      ? `<p>${commandLink(hiddenCommands.remindAt, [best.start], 'Remind me then')} · ${commandLink(hiddenCommands.copySchedule, [best.start], 'Copy a line for a scheduler')}</p>`
      : '';
  return [
    `<p class="verdict${advice.advice === 'wait' ? '' : ' now'}">${escapeHtml(verdict(advice, now, timeZone))}</p>`,
    `<p>A job of ${jobHours} h in ${escapeHtml(place)}.</p>`,
    actions,
    chart(hours, advice, now, timeZone),
    table(hours, advice, now, timeZone),
    paragraphs(notes),
    `<p class="source">${escapeHtml(source)}</p>`,
  ].join('\n');
}

const width = 720;
const height = 180;
const base = 150;
/** Room that a label such as "Sun 00:00" takes. */
const labelWidth = 70;
/** More bars than this cannot be told apart. */
const mostHours = 72;

function inWindow({ start, end }: Hour, { best }: TimeAdvice): boolean {
  return best !== null && start < best.end && end > best.start;
}

function chart(hours: readonly Hour[], advice: TimeAdvice, now: number, timeZone: string): string {
  const shown = hours.slice(0, mostHours);
  if (shown.length === 0) return '';
  const highest = Math.max(...shown.map(({ gramsPerKWh }) => gramsPerKWh));
  const step = width / shown.length;
  const labelEvery = Math.ceil(shown.length / 8);
  const bars = shown.map((hour, index) => {
    const tall = highest === 0 ? 0 : (hour.gramsPerKWh / highest) * (base - 20);
    const marked = inWindow(hour, advice);
    const name = `${dayAndTime(hour.start, now, timeZone)}: ${Math.round(hour.gramsPerKWh)} g/kWh${marked ? ', in the proposed window' : ''}`;
    const bar = `<rect class="${marked ? 'window' : 'bar'}" x="${(index * step + 1).toFixed(1)}" y="${(base - tall).toFixed(1)}" width="${Math.max(1, step - 2).toFixed(1)}" height="${tall.toFixed(1)}"><title>${escapeHtml(name)}</title></rect>`;
    const label =
      index % labelEvery === 0 && width - index * step >= labelWidth
        ? `<text x="${(index * step).toFixed(1)}" y="${base + 18}">${escapeHtml(dayAndTime(hour.start, now, timeZone))}</text>`
        : '';
    return bar + label;
  });
  return `<h2>Carbon intensity by the hour</h2>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Carbon intensity by the hour, up to ${Math.round(highest)} g/kWh; the table below has the figures">
<text x="0" y="12">${Math.round(highest)} g/kWh</text>
${bars.join('\n')}
</svg>`;
}

function table(hours: readonly Hour[], advice: TimeAdvice, now: number, timeZone: string): string {
  if (hours.length === 0) return '';
  const isUtc = timeZone === 'UTC';
  const rows = hours.map(
    (hour) =>
      `<tr${inWindow(hour, advice) ? ' class="here"' : ''}><th scope="row">${escapeHtml(dayAndTime(hour.start, now, timeZone))}</th>${isUtc ? '' : `<td>${escapeHtml(dayAndTime(hour.start, now, 'UTC'))}</td>`}<td class="number">${Math.round(hour.gramsPerKWh)}</td><td>${inWindow(hour, advice) ? 'proposed' : ''}</td></tr>`,
  );
  return `<details><summary>The figures</summary><table><thead><tr><th scope="col">${escapeHtml(timeZone)}</th>${isUtc ? '' : '<th scope="col">UTC</th>'}<th scope="col" class="number">g/kWh</th><th scope="col">Window</th></tr></thead><tbody>${rows.join('')}</tbody></table></details>`;
}
