import type { RegionCandidate, RegionQuestion } from '../../advice/where/region-advice';
import { co2e, massesAlike } from '../quantities';
import { savingWords } from './words';
import { formatEnergy, formatMass, formatUsd, threeDigits, toDigits, usdAmount, wholePercent } from '../words';

type Cell = (candidate: RegionCandidate) => string;

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
  readonly pick?: (candidate: RegionCandidate, question: RegionQuestion) => string | null;
}

const unknown = '–';

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
    page: 'Range',
    isEvidence: true,
    cell: ({ gramsPerITKWhLow, gramsPerITKWhHigh }) =>
      `${threeDigits(gramsPerITKWhLow)}–${threeDigits(gramsPerITKWhHigh)}`,
  },
  pue: {
    text: 'PUE',
    page: 'PUE',
    isEvidence: true,
    cell: ({ pue, puePublished }) => `${pue}${puePublished ? '' : '?'}`,
    pageCell: ({ pue, puePublished }) => `${pue}${puePublished ? '' : ' (assumed)'}`,
    pick: ({ puePublished }) => (puePublished ? null : 'PUE assumed'),
  },
  emissions: {
    text: co2e,
    page: co2e,
    wanted: ({ kilowattHours }) => kilowattHours !== null,
    cellAmong: (candidates) => {
      const masses = massesAlike(candidates.map(({ kgForJob }) => (kgForJob === null ? null : kgForJob * 1000)));
      return (candidate) => masses[candidates.indexOf(candidate)] ?? unknown;
    },
    pick: ({ kgForJob }, { kilowattHours }) =>
      kgForJob === null || kilowattHours === null
        ? null
        : `~${formatMass(kgForJob * 1000)} for ${formatEnergy(kilowattHours * 1000)}`,
  },
  saving: {
    text: 'saving',
    page: 'Saving',
    wanted: isFrom,
    cell: savingCell,
    pick: (candidate, { from }) => savingWords(candidate, from?.id ?? null),
  },
  roundTrip: {
    text: 'RTT ms',
    page: 'Round trip',
    wanted: isFrom,
    cell: ({ rttMs }) => whole(rttMs),
    pageCell: ({ rttMs }) => whole(rttMs, ' ms'),
    pick: ({ rttMs }) => (rttMs === null ? null : `${whole(rttMs, ' ms')} away`),
  },
  moving: {
    text: 'move USD',
    page: 'Moving data',
    wanted: ({ from, dataGigabytes }) => from !== null && dataGigabytes !== null,
    cell: ({ egressUsd }) => usdAmount(egressUsd),
    pageCell: ({ egressUsd }) => formatUsd(egressUsd),
    pick: ({ egressUsd }) => (egressUsd === null ? null : `${formatUsd(egressUsd)} to move the data`),
  },
  cost: {
    page: 'Carbon and moving',
    wanted: (_question, candidates) => candidates.some(({ costUsd }) => costUsd !== null),
    cell: ({ costUsd }) => formatUsd(costUsd),
  },
  carbonFree: {
    text: 'claimed CFE',
    page: "Carbon-free, provider's claim",
    isEvidence: true,
    wanted: (_question, candidates) => candidates.some(({ cfePercent }) => cfePercent !== null),
    cell: ({ cfePercent }) => wholePercent(cfePercent),
    pick: ({ cfePercent }) => (cfePercent === null ? null : `claims ${wholePercent(cfePercent)} carbon-free`),
  },
  access: { pick: ({ access }) => access },
} as const satisfies Readonly<Record<string, RegionColumn>>;

type ColumnName = keyof typeof columns;

/** The columns next to a region's name in the quick pick, and those in the line below it, in order. */
const pickDescription: readonly ColumnName[] = ['intensity', 'saving'];
const pickDetail: readonly ColumnName[] = ['place', 'emissions', 'roundTrip', 'moving', 'pue', 'carbonFree', 'access'];

interface TableColumn {
  readonly name: ColumnName;
  readonly title: string;
  readonly isNumber: boolean;
  readonly cell: Cell;
}

/** The columns of the table in the terminal (`text`) or on the page, without those that are irrelevant to the question. */
export function regionColumns(
  where: 'text' | 'page',
  question: RegionQuestion,
  candidates: readonly RegionCandidate[],
): readonly TableColumn[] {
  const all = Object.entries<RegionColumn>(columns);
  const isLast = ({ isEvidence }: RegionColumn): boolean => where === 'page' && isEvidence === true;
  const ordered = [...all.filter(([, column]) => !isLast(column)), ...all.filter(([, column]) => isLast(column))];
  return ordered.flatMap(([name, column]) => {
    const title = column[where];
    const cell = (where === 'page' ? column.pageCell : undefined) ?? column.cell ?? column.cellAmong?.(candidates);
    if (title === undefined || cell === undefined || column.wanted?.(question, candidates) === false) return [];
    return [{ name: name as ColumnName, title, isNumber: column.isText !== true, cell }];
  });
}

/** A region as an item of a quick pick. */
export function regionPickText(
  candidate: RegionCandidate,
  question: RegionQuestion,
): { readonly label: string; readonly description: string; readonly detail: string } {
  const words = (names: readonly ColumnName[]): string =>
    names
      .map((name) => (columns[name] as RegionColumn).pick?.(candidate, question) ?? null)
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
function savingCell({ savingPercent }: RegionCandidate): string {
  if (savingPercent === null || savingPercent > -0.5) return wholePercent(savingPercent);
  return savingPercent > -100
    ? `${Math.round(-savingPercent)} % more`
    : `${toDigits(1 - savingPercent / 100, 2)} × as much`;
}

function whole(value: number | null, unit = ''): string {
  return value === null ? unknown : `${Math.round(value)}${unit}`;
}
