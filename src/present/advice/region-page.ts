import type { JointCandidate } from '../../advice/joint';
import type { Catalogue, CatalogueRegion } from '../../advice/where/catalogue';
import type { RegionCandidate, RegionAdvice, RegionQuestion } from '../../advice/where/region-advice';
import { tieGroups } from '../../advice/where/ties';
import type { WorldMap } from '../../data/world-map';
import { dayAndTime } from '../../place/local-time';
import { html, htmlLines, type Html } from '../html';
import { counted, threeDigits, wholePercent } from '../words';
import { co2e } from '../quantities';
import { link, pageTable, paragraphs, type PageRow, type RowGroup } from './page';
import { rangeBar } from './range-bar';
import { regionColumns, regionId } from './region-columns';
import { regionMap, type MapRegion } from './region-map';
import { otherHeadlines, regionHero, type RegionActions } from './region-hero';
import { inUtc, regionSource, tieTitle } from './words';

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
  readonly map: WorldMap;
  readonly actions: RegionActions;
}

/** The body of the page on regions: what the best one saves, then all of them as bars and figures. */
export function regionPageBody({
  advice,
  question,
  energySource,
  joint,
  catalogue,
  map,
  actions,
}: RegionPageContent): Html {
  return htmlLines([
    regionHero(advice, question, energySource, actions),
    otherHeadlines(advice, question),
    mapOf(advice, question, catalogue, map),
    joint && jointTable(joint),
    regionTable(advice, question, actions),
    paragraphs(advice.notes),
    html`<p class="source">${regionSource(catalogue)}</p>`,
  ]);
}

function mapOf(
  { candidates, best }: RegionAdvice,
  { from }: RegionQuestion,
  catalogue: Catalogue,
  map: WorldMap,
): Html {
  const shown = new Set(candidates.map(regionId));
  const onMap = ({ id, latitude, longitude, gramsPerITKWh }: CatalogueRegion): MapRegion => ({
    id,
    latitude,
    longitude,
    gramsPerITKWh: gramsPerITKWh.value,
  });
  const regions = catalogue.regions.filter(({ id }) => shown.has(id)).map(onMap);
  const bestId = best.withinLimits === null ? null : regionId(best.withinLimits);
  return regionMap({
    map,
    regions,
    here: from === null ? null : onMap(from),
    best: regions.find(({ id }) => id === bestId) ?? null,
  });
}

/** The first table has this many rows or a group more: nobody reads 200 rows to choose one. */
const rowsAtOnce = 12;

function regionTable(
  { candidates, best }: RegionAdvice,
  question: RegionQuestion,
  actions: RegionActions,
): Html | null {
  if (candidates.length === 0) return null;
  const columns = regionColumns('page', question, candidates);
  const hereId = question.from?.id ?? null;
  const row = (candidate: RegionCandidate, most: number): PageRow => {
    const id = regionId(candidate);
    const isHere = id === hereId;
    const { gramsPerITKWh, gramsPerITKWhLow, gramsPerITKWhHigh, location, access } = candidate;
    const place = `${location}${access === null ? '' : ` · ${access}`}`;
    const range = { value: gramsPerITKWh, low: gramsPerITKWhLow, high: gramsPerITKWhHigh };
    const kind = isHere ? 'here' : candidate === best.withinLimits ? 'best' : null;
    const name = html`${link(actions.chooseUri(id), id)}${isHere && ' (now)'}<span class="place">${place}</span>`;
    const cells = columns.map(({ name: column, cell }) =>
      column === 'intensity'
        ? html`<span class="beside">${cell(candidate)}${rangeBar(range, most, kind)}</span>`
        : cell(candidate),
    );
    return { cells: [name, ...cells], isHere };
  };
  const { shown, rest } = atOnce(tieGroups(candidates));
  const here = rest.flat().filter((candidate) => regionId(candidate) === hereId);
  const rowsOf = (groups: typeof shown): readonly RowGroup[] => {
    // Bars are compared within their table.
    const most = Math.max(...groups.flat().map(({ gramsPerITKWhHigh }) => gramsPerITKWhHigh));
    return groups.map((group) => ({
      title: tieTitle(group),
      rows: group.map((candidate) => row(candidate, most)),
    }));
  };
  const titles = [{ title: 'Region', isNumber: false }, ...columns];
  return htmlLines([
    pageTable({
      heading: 'Regions',
      caption: `Cleanest first, in g ${co2e} per kWh of the computers, with the data centre's overhead. The line over a bar is its range. A region's link lets you use or copy it.`,
      columns: titles,
      groups: rowsOf(here.length === 0 ? shown : [...shown, here]),
    }),
    rest.length > 0 &&
      html`<details><summary>${counted(rest.flat().length, 'more region')}</summary>${pageTable({ heading: 'More regions', caption: 'The bars have another scale than those above.', columns: titles, groups: rowsOf(rest) })}</details>`,
  ]);
}

type Groups = ReturnType<typeof tieGroups>;

function atOnce(groups: Groups): { readonly shown: Groups; readonly rest: Groups } {
  let rows = 0;
  const end = groups.findIndex((group) => {
    const isFull = rows >= rowsAtOnce;
    rows += group.length;
    return isFull;
  });
  return end === -1 ? { shown: groups, rest: [] } : { shown: groups.slice(0, end), rest: groups.slice(end) };
}

function jointTable({ candidates, now, timeZone }: NonNullable<RegionPageContent['joint']>): Html {
  const rows = candidates.slice(0, rowsAtOnce).map(
    ({ candidate, start, gramsPerITKWh, timed, savingPercent }): PageRow => ({
      cells: [
        regionId(candidate),
        timed ? startWords(start, now, timeZone) : 'any time',
        threeDigits(gramsPerITKWh),
        wholePercent(savingPercent),
      ],
      isHere: false,
    }),
  );
  const untimed = candidates.some(({ timed }) => !timed)
    ? ' "Any time": no hourly figures are known for that grid, so its yearly average counts.'
    : '';
  return pageTable({
    heading: 'Region and start together',
    caption: `Based on the usual day of each grid; times in ${timeZone}.${untimed}`,
    columns: [
      { title: 'Region', isNumber: false },
      { title: 'Start', isNumber: false },
      { title: 'g/IT-kWh', isNumber: true },
      { title: 'Saving', isNumber: true },
    ],
    groups: [{ title: null, rows }],
  });
}

function startWords(start: number, now: number, timeZone: string): string {
  return start === now ? 'now' : `${dayAndTime(start, now, timeZone)}${inUtc(start, now, timeZone)}`;
}
