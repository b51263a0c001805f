import type { JointCandidate } from '../../advice/joint';
import type { Catalogue } from '../../advice/where/catalogue';
import type { RegionCandidate, RegionAdvice, RegionQuestion } from '../../advice/where/region-advice';
import { inUtc, regionSource } from './words';
import { dayAndTime } from '../../place/local-time';
import { shareBar } from '../charts';
import { html, htmlLines, type Html } from '../html';
import { threeDigits, wholePercent } from '../words';
import { link, pageTable, paragraphs } from './page';
import { regionColumns, regionId, regionInWords } from './region-columns';

interface RegionPageContent {
  readonly advice: RegionAdvice;
  readonly question: RegionQuestion;
  /** Where the energy of the job is known from: "3 runs of this project"; null if it is unknown. */
  readonly energySource: string | null;
  readonly joint: {
    readonly candidates: readonly JointCandidate[];
    readonly now: number;
    readonly timeZone: string;
  } | null;
  readonly catalogue: Catalogue;
  /** The address that a click on a region opens. */
  readonly chooseUri: (region: string) => string;
}

/** The body of the page that shows region advice as a table. */
export function regionPageBody({
  advice,
  question,
  energySource,
  joint,
  catalogue,
  chooseUri,
}: RegionPageContent): Html {
  const { kilowattHours, from } = question;
  return htmlLines([
    html`<dl>${headlines(advice, from?.id ?? null)}</dl>`,
    kilowattHours !== null &&
      html`<p>For ${threeDigits(kilowattHours)} kWh${energySource !== null && ` (${energySource})`}.</p>`,
    joint && jointTable(joint),
    regionTable(advice.candidates, question, chooseUri),
    paragraphs(advice.notes),
    html`<p class="source">${regionSource(catalogue)}</p>`,
  ]);
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

function headlines(advice: RegionAdvice, from: string | null): readonly Html[] {
  return headlineList(advice).map(
    ({ title, candidate }) => html`<div><dt>${title}</dt><dd>${regionInWords(candidate, from)}</dd></div>`,
  );
}

function regionTable(
  candidates: readonly RegionCandidate[],
  question: RegionQuestion,
  chooseUri: RegionPageContent['chooseUri'],
): Html | null {
  if (candidates.length === 0) return null;
  const columns = regionColumns('page', question, candidates);
  const highest = Math.max(...candidates.map(({ gramsPerITKWh }) => gramsPerITKWh));
  const rows = candidates.map((candidate) => {
    const id = regionId(candidate);
    const isHere = id === question.from?.id;
    const name = html`${link(chooseUri(id), id)}${isHere && ' (now)'}`;
    const cells = columns.map(({ name: column, cell }) =>
      column === 'intensity' ? html`${cell(candidate)}${shareBar(candidate.gramsPerITKWh / highest)}` : cell(candidate),
    );
    return { cells: [name, ...cells], isHere };
  });
  return pageTable({
    heading: 'Regions',
    caption:
      "Cleanest first; a region's link lets you use or copy it. If the ranges of two regions overlap, neither is clearly cleaner.",
    columns: [{ title: 'Region', isNumber: false }, ...columns],
    rows,
  });
}

function jointTable({ candidates, now, timeZone }: NonNullable<RegionPageContent['joint']>): Html {
  return pageTable({
    heading: 'Region and start together',
    caption: `Based on the usual day of each grid; times in ${timeZone}.`,
    columns: [
      { title: 'Region', isNumber: false },
      { title: 'Start', isNumber: false },
      { title: 'g/IT-kWh', isNumber: true },
      { title: 'Saving', isNumber: true },
      { title: 'Remarks', isNumber: false },
    ],
    rows: candidates.map(({ candidate, start, gramsPerITKWh, timed, savingPercent }) => ({
      cells: [
        regionId(candidate),
        start === now ? 'now' : `${dayAndTime(start, now, timeZone)}${inUtc(start, now, timeZone)}`,
        threeDigits(gramsPerITKWh),
        wholePercent(savingPercent),
        timed ? '' : 'no hourly figures; yearly average',
      ],
      isHere: false,
    })),
  });
}
