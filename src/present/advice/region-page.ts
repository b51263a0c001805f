import type { JointCandidate } from '../../advice/joint';
import type { Catalogue, CatalogueRegion } from '../../advice/where/catalogue';
import type { RegionCandidate, RegionAdvice, RegionQuestion } from '../../advice/where/region-advice';
import { tieGroups } from '../../advice/where/ties';
import type { WorldMap } from '../../data/world-map';
import { dayAndTime } from '../../place/local-time';
import { html, htmlLines, type Html } from '../html';
import { grouped, plural, threeDigits, wholePercent } from '../words';
import { link, pageTable, paragraphs, type PageRow, type RowGroup } from './page';
import { rangeBar } from './range-bar';
import { accessNames, regionColumns, regionId } from './region-columns';
import { regionMap, type MapRegion } from './region-map';
import { otherHeadlines, regionHero, type RegionActions } from './region-hero';
import { inUtc, regionSource, tieTitle } from './words';
import { english, type Translate } from '../l10n';

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
export function regionPageBody(
  { advice, question, energySource, joint, catalogue, map, actions }: RegionPageContent,
  t: Translate = english,
): Html {
  return htmlLines([
    regionHero(advice, question, energySource, actions, t),
    otherHeadlines(advice, question, t),
    mapOf(advice, question, catalogue, map, t),
    joint && jointTable(joint, t),
    regionTable(advice, question, actions, t),
    paragraphs(advice.notes),
    html`<p class="source">${regionSource(catalogue, t)}</p>`,
  ]);
}

function mapOf(
  { candidates, best }: RegionAdvice,
  { from }: RegionQuestion,
  catalogue: Catalogue,
  map: WorldMap,
  t: Translate,
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
    t,
  });
}

/** The first table has this many rows or a group more: nobody reads 200 rows to choose one. */
const rowsAtOnce = 12;

function regionTable(
  { candidates, best }: RegionAdvice,
  question: RegionQuestion,
  actions: RegionActions,
  t: Translate,
): Html | null {
  if (candidates.length === 0) return null;
  const columns = regionColumns('page', question, candidates, t);
  const hereId = question.from?.id ?? null;
  const row = (candidate: RegionCandidate, most: number): PageRow => {
    const id = regionId(candidate);
    const isHere = id === hereId;
    const { gramsPerITKWh, gramsPerITKWhLow, gramsPerITKWhHigh, location, access } = candidate;
    const place = `${location}${access === null ? '' : ` · ${t(accessNames[access])}`}`;
    const range = { value: gramsPerITKWh, low: gramsPerITKWhLow, high: gramsPerITKWhHigh };
    const kind = isHere ? 'here' : candidate === best.withinLimits ? 'best' : null;
    const name = html`${link(actions.chooseUri(id), id)}${isHere && ` (${t('now')})`}<span class="place">${place}</span>`;
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
      title: tieTitle(group, t),
      rows: group.map((candidate) => row(candidate, most)),
    }));
  };
  const titles = [{ title: t('Region'), isNumber: false }, ...columns];
  return htmlLines([
    pageTable({
      heading: t('Regions'),
      caption: t(
        "Cleanest first, in g CO₂e per kWh of the computers, with the data centre's overhead. The line over a bar is its range. A region's link lets you use or copy it.",
      ),
      columns: titles,
      groups: rowsOf(here.length === 0 ? shown : [...shown, here]),
    }),
    rest.length > 0 &&
      html`<details><summary>${t(plural(rest.flat().length, '{0} more region', '{0} more regions'), grouped(rest.flat().length))}</summary>${pageTable({ heading: t('More regions'), caption: t('The bars have another scale than those above.'), columns: titles, groups: rowsOf(rest) })}</details>`,
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

function jointTable({ candidates, now, timeZone }: NonNullable<RegionPageContent['joint']>, t: Translate): Html {
  const rows = candidates.slice(0, rowsAtOnce).map(
    ({ candidate, start, gramsPerITKWh, timed, savingPercent }): PageRow => ({
      cells: [
        regionId(candidate),
        timed ? startWords(start, now, timeZone, t) : t('any time'),
        threeDigits(gramsPerITKWh),
        wholePercent(savingPercent),
      ],
      isHere: false,
    }),
  );
  const untimed = candidates.some(({ timed }) => !timed)
    ? ` ${t('"Any time": no hourly figures are known for that grid, so its yearly average counts.')}`
    : '';
  return pageTable({
    heading: t('Region and start together'),
    caption: `${t('Based on the usual day of each grid; times in {0}.', timeZone)}${untimed}`,
    columns: [
      { title: t('Region'), isNumber: false },
      { title: t('Start'), isNumber: false },
      { title: 'g/IT-kWh', isNumber: true },
      { title: t('Saving'), isNumber: true },
    ],
    groups: [{ title: null, rows }],
  });
}

function startWords(start: number, now: number, timeZone: string, t: Translate): string {
  return start === now ? t('now') : `${dayAndTime(start, now, timeZone, t)}${inUtc(start, now, timeZone, t)}`;
}
