import { dayAndTime } from '../../place/local-time';
import { html, type Html } from '../html';
import { formatDuration } from '../words';
import type { Estimate } from '../../units/estimate';
import { co2e, massWithin, type ShownEstimate } from '../quantities';
import { hero, type PageAction } from './page';
import type { TimeAnswer, TimePageContent } from './time-content';
import { inUtc } from './words';

/** What waiting saves, or why nothing can be said about it. */
export function timeHero(content: TimePageContent): Html {
  const { advice, now: at, timeZone, missing, place, actions } = content;
  const { now, best } = advice;
  if (now === null || best === null) return nothingKnown(missing, place, actions);
  const percent = Math.round(best.savingPercent);
  const start = dayAndTime(best.start, at, timeZone);
  const details = [saving(content), job(content)];
  if (advice.advice !== 'wait') {
    const reason = percent < 1 ? 'Waiting saves nothing.' : `Waiting until ${start} saves only about ${percent} %.`;
    return hero({
      lead: `Start now. ${reason}`,
      figure: null,
      besides: null,
      details: [job(content)],
      actions: [
        { title: 'Change the Deadline', uri: actions.askUri('deadline') },
        { title: 'Find a Cleaner Region', uri: actions.recommendRegionUri },
      ],
      isGain: false,
    });
  }
  const saved = content.emissions === null ? null : savedMass(content.emissions.saved);
  const then: readonly PageAction[] = [
    { title: 'Remind Me Then', uri: actions.remindUri(best.start) },
    { title: 'Save for a Calendar (.ics)', uri: actions.calendarUri(best.start, best.end) },
    { title: 'Copy for Slurm, at or cron…', uri: actions.copyScheduleUri(best.start) },
  ];
  return hero({
    lead: html`Wait until <strong>${start}</strong> ${timeZone}${inUtc(best.start, at, timeZone)}, and save`,
    figure: saved === null ? `~${percent} %` : `~${saved.value} ${co2e}`,
    besides: saved === null ? null : `${percent} % less`,
    details,
    actions: saved === null ? [...then, { title: 'Enter the Energy', uri: actions.askUri('kilowattHours') }] : then,
    isGain: true,
  });
}

/**
 * Two digits at most: limits of the energy and of the yearly level alone can be closer than a single day of a grid is ever
 * known. Such limits are no range.
 */
function savedMass(saved: Estimate): ShownEstimate {
  const { value, low, high } = saved;
  if (low > 0 && high / low >= dayFactor) return massWithin(value, saved);
  const { value: text } = massWithin(value, { low: value / dayFactor, high: value * dayFactor });
  return { value: text, range: null };
}

/** From this factor between the limits on, a figure has two digits (`digitsWithin`). */
const dayFactor = 1.1;

/** The range of the saving; how to know grams where they are not known. */
function saving({ emissions }: TimePageContent): string | null {
  if (emissions === null) return 'How many grams that is depends on the energy of the job, which is not known.';
  const { range } = savedMass(emissions.saved);
  const day = 'how much this day differs from the usual one is not known';
  return range === null
    ? `No range: ${day}.`
    : `Range: ${range}, from the energy and the grid's last two years; ${day}.`;
}

function job({ jobHours, place, deadline, now, timeZone, energy, actions }: TimePageContent): Html {
  const change = (answer: TimeAnswer, text: string): Html => html`<a href="${actions.askUri(answer)}">${text}</a>`;
  const using = energy === null ? '' : html`, with ${change('kilowattHours', energy)}`;
  return html`For a job of ${change('hours', formatDuration(jobHours * 3600))} in ${change('place', place)} that must end by ${change('deadline', dayAndTime(deadline, now, timeZone))}${using}.`;
}

function nothingKnown(missing: TimePageContent['missing'], place: string, actions: TimePageContent['actions']): Html {
  const grid: PageAction = { title: 'Choose a Grid', uri: actions.askUri('place') };
  const region: PageAction = { title: 'Find a Cleaner Region', uri: actions.recommendRegionUri };
  if (missing === 'place')
    return hero({
      lead: 'Where the job runs is not known, so its clean hours are not known either.',
      figure: null,
      besides: null,
      details: [],
      actions: [
        { title: 'Set Location', uri: actions.askUri('location') },
        { ...grid, title: 'Choose for This Job Only' },
      ],
      isGain: false,
    });
  return hero({
    lead: `Start at any time: no hour is known to be cleaner in ${place}.`,
    figure: null,
    besides: null,
    details: [],
    actions: [region, grid],
    isGain: false,
  });
}
