import type { TimeAdvice } from '../../advice/when/time-advice';
import { verdict } from './words';
import type { Hour } from '../../grid/profile';
import { dayAndTime } from '../../place/local-time';
import { strip } from '../charts';
import { html, htmlLines, type Html } from '../html';
import { link, paragraphs } from './page';

interface TimePageContent {
  readonly place: string;
  readonly advice: TimeAdvice;
  readonly hours: readonly Hour[];
  /** When the question was asked, milliseconds since the Unix epoch. */
  readonly now: number;
  readonly jobHours: number;
  readonly timeZone: string;
  readonly notes: readonly string[];
  readonly source: string;
  /** The addresses that the links open for a start at this time. */
  readonly remindUri: (start: number) => string;
  readonly copyScheduleUri: (start: number) => string;
}

/** The body of the page that shows the coming hours and marks the proposed window. */
export function timePageBody({
  place,
  advice,
  hours,
  now,
  jobHours,
  timeZone,
  notes,
  source,
  remindUri,
  copyScheduleUri,
}: TimePageContent): Html {
  const { best } = advice;
  const wait = advice.advice === 'wait';
  return htmlLines([
    html`<p class="verdict${!wait && ' now'}">${verdict(advice, now, timeZone)}</p>`,
    html`<p>A job of ${jobHours} h in ${place}.</p>`,
    wait &&
      best &&
      html`<p>${link(remindUri(best.start), 'Remind me then')} · ${link(copyScheduleUri(best.start), 'Copy a line for a scheduler')}</p>`,
    chart(hours, advice, now, timeZone),
    table(hours, advice, now, timeZone),
    paragraphs(notes),
    html`<p class="source">${source}</p>`,
  ]);
}

/** If there were more bars than this, they would be too narrow to distinguish. */
const mostHours = 72;

function inWindow({ start, end }: Hour, { best }: TimeAdvice): boolean {
  return best !== null && start < best.end && end > best.start;
}

function chart(hours: readonly Hour[], advice: TimeAdvice, now: number, timeZone: string): Html | null {
  const shown = hours.slice(0, mostHours);
  if (shown.length === 0) return null;
  const columns = shown.map((hour) => {
    const label = dayAndTime(hour.start, now, timeZone);
    const isMarked = inWindow(hour, advice);
    const words = `${label}: ${Math.round(hour.gramsPerKWh)} g/kWh${isMarked ? ', in the proposed window' : ''}`;
    return { label, words, value: hour.gramsPerKWh, isMarked };
  });
  const most = `${Math.round(Math.max(...shown.map(({ gramsPerKWh }) => gramsPerKWh)))} g/kWh`;
  return html`<h2>Carbon intensity by the hour</h2>
${strip(columns, `Carbon intensity by the hour, up to ${most}; the table below has the figures`, most)}`;
}

function table(hours: readonly Hour[], advice: TimeAdvice, now: number, timeZone: string): Html | null {
  if (hours.length === 0) return null;
  const showsUtc = timeZone !== 'UTC';
  const rows = hours.map((hour) => {
    const isMarked = inWindow(hour, advice);
    const utc = showsUtc && html`<td>${dayAndTime(hour.start, now, 'UTC')}</td>`;
    return html`<tr${isMarked && html` class="here"`}><th scope="row">${dayAndTime(hour.start, now, timeZone)}</th>${utc}<td class="number">${Math.round(hour.gramsPerKWh)}</td><td>${isMarked && 'proposed'}</td></tr>`;
  });
  return html`<details><summary>The figures</summary><table><thead><tr><th scope="col">${timeZone}</th>${showsUtc && html`<th scope="col">UTC</th>`}<th scope="col" class="number">g/kWh</th><th scope="col">Window</th></tr></thead><tbody>${rows}</tbody></table></details>`;
}
