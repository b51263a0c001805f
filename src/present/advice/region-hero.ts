import type { RegionAdvice, RegionCandidate, RegionQuestion } from '../../advice/where/region-advice';
import { isClearSaving, regionSaving } from '../../advice/where/saving';
import { reachWords } from '../../place/region-names';
import { html, htmlLines, type Html } from '../html';
import { formatEnergy, threeDigits, wholePercent } from '../words';
import { co2e, massWithin } from '../quantities';
import { hero, type PageAction } from './page';
import { regionId } from './region-columns';
import { percentRange } from './words';

/** What a person can do on the page. */
export interface RegionActions {
  /** The address that a click on a region opens. */
  readonly chooseUri: (region: string) => string;
  /** Writes a region in the place of the one in use, where that stands in a file; null if it does not. */
  readonly write: { readonly into: string; readonly uri: (region: string) => string } | null;
  /** Asks for what is not known, and shows the page again. */
  readonly askUri: (missing: 'from' | 'kilowattHours') => string;
}

/** The headlines with their titles, for page and quick pick, without those that repeat another. */
export function headlineList({
  best,
}: RegionAdvice): readonly { readonly title: string; readonly candidate: RegionCandidate }[] {
  const all = [
    { title: 'Best anywhere', candidate: best.anywhere },
    { title: 'Best within your limits', candidate: best.withinLimits },
    { title: 'Best in the same country', candidate: best.sameCountry },
    { title: 'Best at your price of carbon', candidate: best.atPrice },
  ];
  const known = all.flatMap(({ title, candidate }) => (candidate === null ? [] : [{ title, candidate }]));
  return known.filter(
    ({ candidate }, index) => known.findIndex((other) => sameRegion(other.candidate, candidate)) === index,
  );
}

export function sameRegion(
  a: Pick<RegionCandidate, 'provider' | 'region'>,
  b: Pick<RegionCandidate, 'provider' | 'region'>,
): boolean {
  return a.provider === b.provider && a.region === b.region;
}

/** What the best region saves. */
export function regionHero(
  { best: { withinLimits: best } }: RegionAdvice,
  question: RegionQuestion,
  energySource: string | null,
  actions: RegionActions,
): Html | null {
  if (best === null) return null;
  const { from, kilowattHours } = question;
  const saving = regionSaving(best, question);
  const reach = from === null ? '' : `, ${reachWords(best.country === from.country)}`;
  const named = html`<strong>${regionId(best)}</strong>, ${best.location}${reach}`;
  const use = useActions(best, from?.provider === best.provider ? actions : { ...actions, write: null });
  if (saving === null || from === null)
    return hero({
      lead: html`The cleanest region is ${named}`,
      figure: `~${threeDigits(best.gramsPerITKWh)} g ${co2e} per kWh`,
      besides: null,
      details: ['How much that saves is not known, because no region is in use.'],
      actions: [{ title: 'Choose the Region in Use', uri: actions.askUri('from') }, ...use],
      isGain: true,
    });
  if (!isClearSaving(saving))
    return hero({
      lead: html`<strong>${from.id}</strong>, ${from.place}, is as clean as the best region that fits. Moving saves nothing for certain.`,
      figure: null,
      besides: null,
      details: [],
      actions: [],
      isGain: false,
    });
  const percent = `${wholePercent(saving.percent.value)} less`;
  if (saving.grams === null || kilowattHours === null)
    return hero({
      lead: html`Move from ${from.id} to ${named}, and emit`,
      figure: `~${percent} ${co2e}`,
      besides: null,
      details: [
        limitWords(question),
        rangeWords([percentRange(saving.percent)]),
        'How many grams that is depends on the energy of the job, which is not known.',
      ],
      actions: [
        ...use.slice(0, 1),
        { title: 'Enter the Energy', uri: actions.askUri('kilowattHours') },
        ...use.slice(1),
      ],
      isGain: true,
    });
  const grams = massWithin(saving.grams.value, saving.grams);
  const energy = `${formatEnergy(kilowattHours * 1000)}${energySource === null ? '' : `, ${energySource}`}`;
  return hero({
    lead: html`Move from ${from.id} to ${named}, and save`,
    figure: `~${grams.value} ${co2e}`,
    besides: percent,
    details: [
      limitWords(question),
      rangeWords([grams.range, percentRange(saving.percent)]),
      html`For a job of ${energy}.`,
    ],
    actions: use,
    isGain: true,
  });
}

/** Which regions were compared, so that another answer elsewhere is no riddle. */
function limitWords({ within, maximumRoundTripMilliseconds, from }: RegionQuestion): string {
  const limits = [
    within === null ? null : `in ${[...within].sort().join(', ')}`,
    maximumRoundTripMilliseconds === null ? null : `within ${maximumRoundTripMilliseconds} ms`,
  ].filter((each) => each !== null);
  if (limits.length > 0) return `The best ${limits.join(' and ')}, as you asked.`;
  return from === null ? 'The best anywhere.' : 'The best anywhere: you set no limit on country or distance.';
}

function rangeWords(ranges: readonly (string | null)[]): string | null {
  const known = ranges.filter((each) => each !== null);
  return known.length === 0 ? null : `Range: ${known.join(', ')}, from the yearly averages of the last two years.`;
}

function useActions(best: RegionCandidate, { write, chooseUri }: RegionActions): readonly PageAction[] {
  const id = regionId(best);
  return [
    ...(write === null ? [] : [{ title: `Write It into ${write.into}`, uri: write.uri(id) }]),
    { title: write === null ? `Use ${best.region}…` : 'Other Ways to Use It…', uri: chooseUri(id) },
  ];
}

/** The best regions for other wishes, one card each. */
export function otherHeadlines(advice: RegionAdvice, question: RegionQuestion): Html | null {
  const first = advice.best.withinLimits;
  const cards = headlineList(advice)
    .filter(({ candidate }) => first === null || !sameRegion(candidate, first))
    .map(({ title, candidate }) => {
      const saving = regionSaving(candidate, question);
      const grams = saving?.grams ?? null;
      const saved =
        saving === null
          ? `~${threeDigits(candidate.gramsPerITKWh)} g per kWh`
          : `${wholePercent(saving.percent.value)} less${grams === null ? '' : `, ~${massWithin(grams.value, grams).value} saved`}`;
      return html`<div><dt>${title}</dt><dd>${regionId(candidate)}, ${candidate.location}<br><strong>${saved}</strong></dd></div>`;
    });
  return cards.length === 0 ? null : html`<dl>${htmlLines(cards)}</dl>`;
}
