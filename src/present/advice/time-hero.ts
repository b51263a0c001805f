import { dayAndTime } from '../../place/local-time';
import { html, sentence, type Html } from '../html';
import { formatDuration } from '../words';
import { co2e } from '../quantities';
import { hero, type PageAction } from './page';
import type { TimeAnswer, TimePageContent } from './time-content';
import { inUtc, savedMass } from './words';
import type { Translate } from '../l10n';

/** What waiting saves, or why nothing can be said about it. */
export function timeHero(content: TimePageContent, t: Translate): Html {
  const { advice, now: at, timeZone, missing, place, actions } = content;
  const { now, best } = advice;
  if (now === null || best === null) return nothingKnown(missing, place, actions, t);
  const percent = Math.round(best.savingPercent);
  const start = dayAndTime(best.start, at, timeZone, t);
  const details = [saving(content, t), job(content, t)];
  if (advice.advice !== 'wait') {
    const reason =
      percent < 1 ? t('Waiting saves nothing.') : t('Waiting until {0} saves only about {1} %.', start, percent);
    return hero({
      lead: `${t('Start now.')} ${reason}`,
      figure: null,
      besides: null,
      details: [job(content, t)],
      actions: [
        { title: t('Change the Deadline'), uri: actions.askUri('deadline') },
        { title: t('Find a Cleaner Region'), uri: actions.recommendRegionUri },
      ],
      isGain: false,
    });
  }
  const saved = content.emissions === null ? null : savedMass(content.emissions.saved, t);
  const then: readonly PageAction[] = [
    { title: t('Remind Me Then'), uri: actions.remindUri(best.start) },
    { title: t('Save for a Calendar (.ics)'), uri: actions.calendarUri(best.start, best.end) },
    { title: t('Copy for Slurm, at or cron…'), uri: actions.copyScheduleUri(best.start) },
  ];
  return hero({
    lead: sentence(t('Wait until {0} {1}, and save'), [
      html`<strong>${start}</strong>`,
      `${timeZone}${inUtc(best.start, at, timeZone, t)}`,
    ]),
    figure: saved === null ? `~${percent} %` : `~${saved.value} ${co2e}`,
    besides: saved === null ? null : t('{0} % less', percent),
    details,
    actions: saved === null ? [...then, { title: t('Enter the Energy'), uri: actions.askUri('kilowattHours') }] : then,
    isGain: true,
  });
}

/** The range of the saving; how to know grams where they are not known. */
function saving({ emissions }: TimePageContent, t: Translate): string | null {
  if (emissions === null) return t('How many grams that is depends on the energy of the job, which is not known.');
  const { range } = savedMass(emissions.saved, t);
  return range === null
    ? t('No range: how much this day differs from the usual one is not known.')
    : t(
        "Range: {0}, from the energy and the grid's last two years; how much this day differs from the usual one is not known.",
        range,
      );
}

function job({ jobHours, place, deadline, now, timeZone, energy, actions }: TimePageContent, t: Translate): Html {
  const change = (answer: TimeAnswer, text: string): Html => html`<a href="${actions.askUri(answer)}">${text}</a>`;
  const parts = [
    change('hours', formatDuration(jobHours * 3600)),
    change('place', place),
    change('deadline', dayAndTime(deadline, now, timeZone, t)),
  ];
  return energy === null
    ? sentence(t('For a job of {0} in {1} that must end by {2}.'), parts)
    : sentence(t('For a job of {0} in {1} that must end by {2}, with {3}.'), [
        ...parts,
        change('kilowattHours', energy),
      ]);
}

function nothingKnown(
  missing: TimePageContent['missing'],
  place: string,
  actions: TimePageContent['actions'],
  t: Translate,
): Html {
  const grid: PageAction = { title: t('Choose a Grid'), uri: actions.askUri('place') };
  const region: PageAction = { title: t('Find a Cleaner Region'), uri: actions.recommendRegionUri };
  if (missing === 'place')
    return hero({
      lead: t('Where the job runs is not known, so its clean hours are not known either.'),
      figure: null,
      besides: null,
      details: [],
      actions: [
        { title: t('Set Location'), uri: actions.askUri('location') },
        { ...grid, title: t('Choose for This Job Only') },
      ],
      isGain: false,
    });
  return hero({
    lead: t('Start at any time: no hour is known to be cleaner in {0}.', place),
    figure: null,
    besides: null,
    details: [],
    actions: [region, grid],
    isGain: false,
  });
}
