import type { Catalogue } from '../../advice/where/catalogue';
import type { JointCandidate } from '../../advice/joint';
import { dayAndTime } from '../../place/local-time';
import type { Candidate, RegionAdvice, RegionQuestion } from '../../advice/where/region-advice';
import { inUtc, regionSource, savingWords } from '../../advice/words';
import { commandLink, escapeHtml, paragraphs } from './html';
import { threeDigits, wholePercent } from '../../present/words';

export interface RegionPageContent {
  readonly advice: RegionAdvice;
  readonly question: RegionQuestion;
  /** What the energy is known from: "3 runs of this project"; null where it is not known. */
  readonly energySource: string | null;
  readonly joint: {
    readonly candidates: readonly JointCandidate[];
    readonly now: number;
    readonly timeZone: string;
  } | null;
  readonly catalogue: Catalogue;
}

interface Column {
  readonly title: string;
  readonly isNumber: boolean;
  readonly cell: (candidate: Candidate) => string;
}

/** The body of the page that shows region advice as a table. */
export function regionPageBody({ advice, question, energySource, joint, catalogue }: RegionPageContent): string {
  const { kilowattHours, from } = question;
  const job =
    kilowattHours === null
      ? ''
      : `<p>For ${escapeHtml(threeDigits(kilowattHours))} kWh${energySource === null ? '' : ` (${escapeHtml(energySource)})`}.</p>`;
  return [
    `<dl>${headlines(advice, from?.id ?? null)}</dl>`,
    job,
    joint === null ? '' : jointTable(joint),
    regionTable(advice.candidates, question),
    paragraphs(advice.notes),
    `<p class="source">${escapeHtml(regionSource(catalogue))}</p>`,
  ].join('\n');
}

/** The three headlines with their titles, for page and quick pick; those that say the same are left out. */
export function headlineList({
  best,
}: RegionAdvice): readonly { readonly title: string; readonly candidate: Candidate }[] {
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
  a: Pick<Candidate, 'provider' | 'region'>,
  b: Pick<Candidate, 'provider' | 'region'>,
): boolean {
  return a.provider === b.provider && a.region === b.region;
}

function headlines(advice: RegionAdvice, from: string | null): string {
  return headlineList(advice)
    .map(({ title, candidate }) => {
      const saving = savingWords(candidate, from);
      const text = `${candidate.provider}:${candidate.region}, ${candidate.location}: ${threeDigits(candidate.gramsPerITKWh)} g/IT-kWh${saving === null ? '' : `, ${saving}`}`;
      return `<div><dt>${title}</dt><dd>${escapeHtml(text)}</dd></div>`;
    })
    .join('');
}

function regionTable(candidates: readonly Candidate[], { from, kilowattHours, dataGigabytes }: RegionQuestion): string {
  if (candidates.length === 0) return '';
  const intensity = {
    wanted: true,
    title: 'g/IT-kWh',
    isNumber: true,
    cell: ({ gramsPerITKWh }: Candidate) => threeDigits(gramsPerITKWh),
  };
  const columns: readonly (Column & { readonly wanted: boolean })[] = [
    { wanted: true, title: 'Place', isNumber: false, cell: ({ location }) => location },
    intensity,
    {
      wanted: true,
      title: 'Limits',
      isNumber: true,
      cell: ({ gramsPerITKWhLow, gramsPerITKWhHigh }) =>
        `${threeDigits(gramsPerITKWhLow)}–${threeDigits(gramsPerITKWhHigh)}`,
    },
    {
      wanted: true,
      title: 'PUE',
      isNumber: true,
      cell: ({ pue, puePublished }) => `${pue}${puePublished ? '' : ' (assumed)'}`,
    },
    { wanted: kilowattHours !== null, title: 'kg CO2e', isNumber: true, cell: ({ kgForJob }) => threeDigits(kgForJob) },
    {
      wanted: from !== null,
      title: 'Saving',
      isNumber: true,
      cell: ({ savingPercent }) => wholePercent(savingPercent),
    },
    {
      wanted: from !== null,
      title: 'Round trip',
      isNumber: true,
      cell: ({ rttMs }) => (rttMs === null ? '–' : `${Math.round(rttMs)} ms`),
    },
    {
      wanted: from !== null && dataGigabytes !== null,
      title: 'Moving data',
      isNumber: true,
      cell: ({ egressUsd }) => (egressUsd === null ? '–' : `${egressUsd.toFixed(2)} USD`),
    },
    {
      wanted: candidates.some(({ costUsd }) => costUsd !== null),
      title: 'Carbon and moving',
      isNumber: true,
      cell: ({ costUsd }) => (costUsd === null ? '–' : `${costUsd.toFixed(2)} USD`),
    },
    {
      wanted: candidates.some(({ cfePercent }) => cfePercent !== null),
      title: "Carbon-free, provider's claim",
      isNumber: true,
      cell: ({ cfePercent }) => wholePercent(cfePercent),
    },
    { wanted: true, title: 'Remarks', isNumber: false, cell: remarks },
  ];
  const shown = columns.filter(({ wanted }) => wanted);
  const cell = (tag: string, isNumber: boolean, text: string): string =>
    `<${tag}${tag === 'th' ? ' scope="col"' : ''}${isNumber ? ' class="number"' : ''}>${escapeHtml(text)}</${tag.split(' ')[0] ?? tag}>`;
  const highest = Math.max(...candidates.map(({ gramsPerITKWh }) => gramsPerITKWh));
  const rows = candidates.map((candidate) => {
    const id = `${candidate.provider}:${candidate.region}`;
    const here = id === from?.id;
    const name = commandLink('greenML.regions.choose', [id], id);
    return `<tr${here ? ' class="here"' : ''}><th scope="row">${name}${here ? ' (now)' : ''}</th>${shown.map((column) => (column === intensity ? `<td class="number">${escapeHtml(column.cell(candidate))}${shareBar(candidate.gramsPerITKWh / highest)}</td>` : cell('td', column.isNumber, column.cell(candidate)))).join('')}</tr>`;
  });
  return `<h2>Regions</h2><div class="wide" tabindex="0" role="region" aria-label="Regions"><table><caption>Cleanest first; a region's link lets you use or copy it. A tie: the limits overlap, so neither is surely the cleaner one.</caption>
<thead><tr><th scope="col">Region</th>${shown.map(({ title, isNumber }) => cell('th', isNumber, title)).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}

/** A share of 1 as a line; the figure stands beside it. */
function shareBar(share: number): string {
  const width = (Number.isFinite(share) ? share * 100 : 0).toFixed(1);
  return `<svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="all" width="100" height="4"/><rect class="part" width="${width}" height="4"/></svg>`;
}

function remarks({ tieWithPrevious, access }: Candidate): string {
  return [...(tieWithPrevious ? ['tie with the one above'] : []), ...(access === null ? [] : [access])].join('; ');
}

function jointTable({ candidates, now, timeZone }: NonNullable<RegionPageContent['joint']>): string {
  const rows = candidates.map(({ candidate, start, gramsPerITKWh, timed, savingPercent }) => {
    const cells = [
      start === now ? 'now' : `${dayAndTime(start, now, timeZone)}${inUtc(start, now, timeZone)}`,
      threeDigits(gramsPerITKWh),
      wholePercent(savingPercent),
      timed ? '' : 'hours not known; yearly average',
    ];
    return `<tr><th scope="row">${escapeHtml(`${candidate.provider}:${candidate.region}`)}</th>${cells.map((text, column) => `<td${column === 1 || column === 2 ? ' class="number"' : ''}>${escapeHtml(text)}</td>`).join('')}</tr>`;
  });
  return `<h2>Region and start together</h2><div class="wide" tabindex="0" role="region" aria-label="Region and start together"><table><caption>By the usual day of each grid; times of ${escapeHtml(timeZone)}.</caption>
<thead><tr><th scope="col">Region</th><th scope="col">Start</th><th scope="col" class="number">g/IT-kWh</th><th scope="col" class="number">Saving</th><th scope="col">Remarks</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}
