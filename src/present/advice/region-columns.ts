import type { Candidate, RegionQuestion } from '../../advice/where/region-advice';
import { savingWords } from '../../advice/words';
import { formatUsd, threeDigits, wholePercent } from '../words';

/** A column as one place shows it. */
interface Shown {
  readonly title: string;
  readonly cell: (candidate: Candidate) => string;
}

/** What is shown of a region: each fact once, with its words in the terminal, on the page and in the quick pick. */
interface RegionColumn {
  readonly isNumber: boolean;
  /** Whether a table has the column; without it, always. */
  readonly wanted?: (question: RegionQuestion, candidates: readonly Candidate[]) => boolean;
  readonly text?: Shown;
  readonly page?: Shown;
  /** A few words that need no title; null where there is nothing to say. */
  readonly pick?: (candidate: Candidate, question: RegionQuestion) => string | null;
}

const isFrom = ({ from }: RegionQuestion): boolean => from !== null;

const columns = {
  place: {
    isNumber: false,
    text: { title: 'place', cell: ({ location }) => location },
    page: { title: 'Place', cell: ({ location }) => location },
    pick: ({ location }) => location,
  },
  intensity: {
    isNumber: true,
    text: { title: 'g/IT-kWh', cell: ({ gramsPerITKWh }) => threeDigits(gramsPerITKWh) },
    page: { title: 'g/IT-kWh', cell: ({ gramsPerITKWh }) => threeDigits(gramsPerITKWh) },
    pick: ({ gramsPerITKWh }) => `${threeDigits(gramsPerITKWh)} g/IT-kWh`,
  },
  limits: {
    isNumber: true,
    text: { title: 'range', cell: limitsText },
    page: { title: 'Limits', cell: limitsText },
  },
  pue: {
    isNumber: true,
    text: { title: 'PUE', cell: ({ pue, puePublished }) => `${pue}${puePublished ? '' : '?'}` },
    page: { title: 'PUE', cell: ({ pue, puePublished }) => `${pue}${puePublished ? '' : ' (assumed)'}` },
    pick: ({ puePublished }) => (puePublished ? null : 'PUE assumed'),
  },
  emissions: {
    isNumber: true,
    wanted: ({ kilowattHours }) => kilowattHours !== null,
    text: { title: 'kg', cell: ({ kgForJob }) => threeDigits(kgForJob) },
    page: { title: 'kg CO2e', cell: ({ kgForJob }) => threeDigits(kgForJob) },
    pick: ({ kgForJob }, { kilowattHours }) =>
      kgForJob === null || kilowattHours === null
        ? null
        : `${threeDigits(kgForJob)} kg for ${threeDigits(kilowattHours)} kWh`,
  },
  saving: {
    isNumber: true,
    wanted: isFrom,
    text: { title: 'saving', cell: ({ savingPercent }) => wholePercent(savingPercent) },
    page: { title: 'Saving', cell: ({ savingPercent }) => wholePercent(savingPercent) },
    pick: (candidate, { from }) => savingWords(candidate, from?.id ?? null),
  },
  roundTrip: {
    isNumber: true,
    wanted: isFrom,
    text: { title: 'RTT ms', cell: ({ rttMs }) => (rttMs === null ? '–' : String(Math.round(rttMs))) },
    page: { title: 'Round trip', cell: ({ rttMs }) => (rttMs === null ? '–' : `${Math.round(rttMs)} ms`) },
    pick: ({ rttMs }) => (rttMs === null ? null : `${Math.round(rttMs)} ms away`),
  },
  moving: {
    isNumber: true,
    wanted: ({ from, dataGigabytes }) => from !== null && dataGigabytes !== null,
    text: { title: 'move USD', cell: ({ egressUsd }) => (egressUsd === null ? '–' : egressUsd.toFixed(2)) },
    page: { title: 'Moving data', cell: ({ egressUsd }) => formatUsd(egressUsd) },
    pick: ({ egressUsd }) => (egressUsd === null ? null : `${formatUsd(egressUsd)} to move the data`),
  },
  cost: {
    isNumber: true,
    wanted: (_question, candidates) => candidates.some(({ costUsd }) => costUsd !== null),
    page: { title: 'Carbon and moving', cell: ({ costUsd }) => formatUsd(costUsd) },
  },
  carbonFree: {
    isNumber: true,
    wanted: (_question, candidates) => candidates.some(({ cfePercent }) => cfePercent !== null),
    text: { title: 'claimed CFE', cell: ({ cfePercent }) => wholePercent(cfePercent) },
    page: { title: "Carbon-free, provider's claim", cell: ({ cfePercent }) => wholePercent(cfePercent) },
    pick: ({ cfePercent }) => (cfePercent === null ? null : `claims ${wholePercent(cfePercent)} carbon-free`),
  },
  tie: {
    isNumber: false,
    pick: ({ tieWithPrevious }) => (tieWithPrevious ? 'cannot be told from the next cleaner one' : null),
  },
  access: { isNumber: false, pick: ({ access }) => access },
  remarks: { isNumber: false, page: { title: 'Remarks', cell: remarks } },
} as const satisfies Readonly<Record<string, RegionColumn>>;

type ColumnName = keyof typeof columns;

/** In the order in which the quick pick says them: under the region's name, and in the line below. */
const pickDescription: readonly ColumnName[] = ['intensity', 'saving'];
const pickDetail: readonly ColumnName[] = [
  'place',
  'emissions',
  'roundTrip',
  'moving',
  'tie',
  'pue',
  'carbonFree',
  'access',
];

export interface TableColumn extends Shown {
  readonly name: ColumnName;
  readonly isNumber: boolean;
}

/** The columns of a table in the terminal (`text`) or on a page: those that say something for this question. */
export function regionColumns(
  where: 'text' | 'page',
  question: RegionQuestion,
  candidates: readonly Candidate[],
): readonly TableColumn[] {
  return Object.entries<RegionColumn>(columns).flatMap(([name, column]) => {
    const shown = column[where];
    if (shown === undefined || column.wanted?.(question, candidates) === false) return [];
    return [{ ...shown, name: name as ColumnName, isNumber: column.isNumber }];
  });
}

/** A region as an item of a quick pick. */
export function regionPickText(
  candidate: Candidate,
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
export function regionId({ provider, region }: Pick<Candidate, 'provider' | 'region'>): string {
  return `${provider}:${region}`;
}

/** "aws:eu-north-1, Stockholm: 21.8 g/IT-kWh, 95 % less than aws:us-east-1" */
export function regionInWords(candidate: Candidate, from: string | null): string {
  const saving = savingWords(candidate, from);
  return `${regionId(candidate)}, ${candidate.location}: ${threeDigits(candidate.gramsPerITKWh)} g/IT-kWh${saving === null ? '' : `, ${saving}`}`;
}

function limitsText({ gramsPerITKWhLow, gramsPerITKWhHigh }: Candidate): string {
  return `${threeDigits(gramsPerITKWhLow)}–${threeDigits(gramsPerITKWhHigh)}`;
}

function remarks({ tieWithPrevious, access }: Candidate): string {
  return [...(tieWithPrevious ? ['tie with the one above'] : []), ...(access === null ? [] : [access])].join('; ');
}
