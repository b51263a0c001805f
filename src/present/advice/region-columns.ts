import type { RegionCandidate, RegionQuestion } from '../../advice/where/region-advice';
import { co2e, massesAlike } from '../quantities';
import { savingWords } from './words';
import { formatEnergy, formatMass, formatUsd, threeDigits, toDigits, usdAmount, wholePercent } from '../words';
import { english, localisable, type Translate } from '../l10n';

type Cell = (candidate: RegionCandidate, t: Translate) => string;

/** One fact about a region, and how the terminal, the page and the quick pick show it. */
interface RegionColumn {
  /** The titles in the terminal and on the page. Without a title, the column is not shown there. */
  readonly text?: string;
  readonly page?: string;
  readonly isText?: true;
  /** Whether a table has the column. If absent, it always has. */
  readonly wanted?: (question: RegionQuestion, candidates: readonly RegionCandidate[]) => boolean;
  readonly cell?: Cell;
  /** Instead of `cell`, for figures that have the unit of those beside them. */
  readonly cellAmong?: (candidates: readonly RegionCandidate[]) => Cell;
  /** Whether the page shows it after the columns that answer the question. */
  readonly isEvidence?: true;
  /** The cell on the page, if it says more than in the terminal, which has less room. */
  readonly pageCell?: Cell;
  /** A few words for the quick pick, which has no titles; null if there is nothing to say. */
  readonly pick?: (candidate: RegionCandidate, question: RegionQuestion, t: Translate) => string | null;
}

const unknown = '–';

/** Who can use a region that not everyone can. */
export const accessNames = localisable({
  'on request': 'on request',
  government: 'government',
  'mainland China': 'mainland China',
});

const isFrom = ({ from }: RegionQuestion): boolean => from !== null;

const columns = {
  place: {
    text: 'place',
    isText: true,
    cell: ({ location }) => location,
    pick: ({ location }) => location,
  },
  intensity: {
    text: 'g/IT-kWh',
    page: 'g/IT-kWh',
    cell: ({ gramsPerITKWh }) => threeDigits(gramsPerITKWh),
    pick: ({ gramsPerITKWh }) => `${threeDigits(gramsPerITKWh)} g/IT-kWh`,
  },
  limits: {
    text: 'range',
    page: localisable('Range'),
    isEvidence: true,
    cell: ({ gramsPerITKWhLow, gramsPerITKWhHigh }) =>
      `${threeDigits(gramsPerITKWhLow)}–${threeDigits(gramsPerITKWhHigh)}`,
  },
  pue: {
    text: 'PUE',
    page: 'PUE',
    isEvidence: true,
    cell: ({ pue, puePublished }) => `${pue}${puePublished ? '' : '?'}`,
    pageCell: ({ pue, puePublished }, t) => (puePublished ? String(pue) : t('{0} (assumed)', pue)),
    pick: ({ puePublished }, _question, t) => (puePublished ? null : t('PUE assumed')),
  },
  emissions: {
    text: co2e,
    page: co2e,
    wanted: ({ kilowattHours }) => kilowattHours !== null,
    cellAmong: (candidates) => {
      const masses = massesAlike(candidates.map(({ kgForJob }) => (kgForJob === null ? null : kgForJob * 1000)));
      return (candidate) => masses[candidates.indexOf(candidate)] ?? unknown;
    },
    pick: ({ kgForJob }, { kilowattHours }, t) =>
      kgForJob === null || kilowattHours === null
        ? null
        : t('{0} for {1}', `~${formatMass(kgForJob * 1000)}`, formatEnergy(kilowattHours * 1000)),
  },
  saving: {
    text: 'saving',
    page: localisable('Saving'),
    wanted: isFrom,
    cell: savingCell,
    pick: (candidate, { from }, t) => savingWords(candidate, from?.id ?? null, t),
  },
  roundTrip: {
    text: 'RTT ms',
    page: localisable('Round trip'),
    wanted: isFrom,
    cell: ({ rttMs }) => whole(rttMs),
    pageCell: ({ rttMs }) => whole(rttMs, ' ms'),
    pick: ({ rttMs }, _question, t) => (rttMs === null ? null : t('{0} away', whole(rttMs, ' ms'))),
  },
  moving: {
    text: 'move USD',
    page: localisable('Moving data'),
    wanted: ({ from, dataGigabytes }) => from !== null && dataGigabytes !== null,
    cell: ({ egressUsd }) => usdAmount(egressUsd),
    pageCell: ({ egressUsd }) => formatUsd(egressUsd),
    pick: ({ egressUsd }, _question, t) =>
      egressUsd === null ? null : t('{0} to move the data', formatUsd(egressUsd)),
  },
  cost: {
    page: localisable('Carbon and moving'),
    wanted: (_question, candidates) => candidates.some(({ costUsd }) => costUsd !== null),
    cell: ({ costUsd }) => formatUsd(costUsd),
  },
  carbonFree: {
    text: 'claimed CFE',
    page: localisable("Carbon-free, provider's claim"),
    isEvidence: true,
    wanted: (_question, candidates) => candidates.some(({ cfePercent }) => cfePercent !== null),
    cell: ({ cfePercent }) => wholePercent(cfePercent),
    pick: ({ cfePercent }, _question, t) =>
      cfePercent === null ? null : t('claims {0} carbon-free', wholePercent(cfePercent)),
  },
  access: { pick: ({ access }, _question, t) => (access === null ? null : t(accessNames[access])) },
} as const satisfies Readonly<Record<string, RegionColumn>>;

type ColumnName = keyof typeof columns;

/** The columns next to a region's name in the quick pick, and those in the line below it, in order. */
const pickDescription: readonly ColumnName[] = ['intensity', 'saving'];
const pickDetail: readonly ColumnName[] = ['place', 'emissions', 'roundTrip', 'moving', 'pue', 'carbonFree', 'access'];

interface TableColumn {
  readonly name: ColumnName;
  readonly title: string;
  readonly isNumber: boolean;
  readonly cell: (candidate: RegionCandidate) => string;
}

/** The columns of the table in the terminal (`text`) or on the page, without those that are irrelevant to the question. */
export function regionColumns(
  where: 'text' | 'page',
  question: RegionQuestion,
  candidates: readonly RegionCandidate[],
  t: Translate = english,
): readonly TableColumn[] {
  const all = Object.entries<RegionColumn>(columns);
  const isLast = ({ isEvidence }: RegionColumn): boolean => where === 'page' && isEvidence === true;
  const ordered = [...all.filter(([, column]) => !isLast(column)), ...all.filter(([, column]) => isLast(column))];
  return ordered.flatMap(([name, column]) => {
    const title = column[where];
    const cell = (where === 'page' ? column.pageCell : undefined) ?? column.cell ?? column.cellAmong?.(candidates);
    if (title === undefined || cell === undefined || column.wanted?.(question, candidates) === false) return [];
    return [
      {
        name: name as ColumnName,
        title: t(title),
        isNumber: column.isText !== true,
        cell: (candidate) => cell(candidate, t),
      },
    ];
  });
}

/** A region as an item of a quick pick. */
export function regionPickText(
  candidate: RegionCandidate,
  question: RegionQuestion,
  t: Translate = english,
): { readonly label: string; readonly description: string; readonly detail: string } {
  const words = (names: readonly ColumnName[]): string =>
    names
      .map((name) => (columns[name] as RegionColumn).pick?.(candidate, question, t) ?? null)
      .filter((each) => each !== null)
      .join(' · ');
  return { label: regionId(candidate), description: words(pickDescription), detail: words(pickDetail) };
}

/** "aws:eu-north-1" */
export function regionId({ provider, region }: Pick<RegionCandidate, 'provider' | 'region'>): string {
  return `${provider}:${region}`;
}

/** "aws:eu-north-1, Stockholm: 21.8 g/IT-kWh, 95 % less than aws:us-east-1" */
export function regionInWords(candidate: RegionCandidate, from: string | null): string {
  const saving = savingWords(candidate, from);
  return `${regionId(candidate)}, ${candidate.location}: ${threeDigits(candidate.gramsPerITKWh)} g/IT-kWh${saving === null ? '' : `, ${saving}`}`;
}

/** "95 %", "34 % more", "15 × as much". */
function savingCell({ savingPercent }: RegionCandidate, t: Translate): string {
  if (savingPercent === null || savingPercent > -0.5) return wholePercent(savingPercent);
  return savingPercent > -100
    ? t('{0} % more', Math.round(-savingPercent))
    : t('{0} × as much', toDigits(1 - savingPercent / 100, 2));
}

function whole(value: number | null, unit = ''): string {
  return value === null ? unknown : `${Math.round(value)}${unit}`;
}
