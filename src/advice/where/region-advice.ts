import type { Provider } from '../../data/providers';
import { egressPrice, type Catalogue, type CatalogueRegion } from './catalogue';
import { roundTripMilliseconds } from '../../place/geography';
import { providersListed, providersWithGpu } from './gpu';
import { oneOf, plural } from '../../present/words';
import { english, type Translate } from '../../present/l10n';

export interface RegionQuestion {
  readonly provider: Provider | 'any';
  /** The region in use now. Savings, round trips and prices are relative to it. */
  readonly from: CatalogueRegion | null;
  /** IT energy of the job, without the building's overhead. */
  readonly kilowattHours: number | null;
  /** Countries (ISO 3166-1 alpha-2) that the data must stay in; null for all. */
  readonly within: ReadonlySet<string> | null;
  readonly maximumRoundTripMilliseconds: number | null;
  readonly gpu: string | null;
  /** Data that must be moved to the region once. */
  readonly dataGigabytes: number | null;
  /** The job's share of the hardware's embodied emissions, kg CO2e: the same in each region. Not counted if not given. */
  readonly embodiedKilograms?: number | null;
  /** The user's price for a tonne of CO2e, USD. Without it, no region is recommended by money and carbon together. */
  readonly usdPerTonne?: number | null;
}

/** The question for the other regions of this region's provider, without limits and for an unknown job. */
export function questionFrom(from: CatalogueRegion): RegionQuestion {
  return {
    provider: from.provider,
    from,
    kilowattHours: null,
    within: null,
    maximumRoundTripMilliseconds: null,
    gpu: null,
    dataGigabytes: null,
  };
}

/** A region that can be chosen. Numbers are not rounded; null is unknown. */
export interface RegionCandidate {
  readonly provider: Provider;
  readonly region: string;
  readonly location: string;
  readonly country: string;
  readonly zone: string;
  /** Grid intensity in g/kWh, lifecycle basis, with its limits. */
  readonly intensity: number;
  readonly intensityLow: number;
  readonly intensityHigh: number;
  readonly year: number;
  readonly pue: number;
  readonly puePublished: boolean;
  readonly gramsPerITKWh: number;
  readonly gramsPerITKWhLow: number;
  readonly gramsPerITKWhHigh: number;
  /** Emissions of the job, with the embodied share and moving the data if those are given. */
  readonly kgForJob: number | null;
  readonly savingPercent: number | null;
  readonly rttMs: number | null;
  readonly egressUsd: number | null;
  /** Price of moving the data, plus the job's emissions at the user's price of carbon. */
  readonly costUsd: number | null;
  /** The provider's own claim of carbon-free energy: shown, but never used for ranking. */
  readonly cfePercent: number | null;
  /** Who can use the region, if it is not open to everyone. */
  readonly access: CatalogueRegion['access'];
  /** Whether the ranges of this region and the previous one in the list overlap. */
  readonly tieWithPrevious: boolean;
}

export interface RegionAdvice {
  readonly candidates: readonly RegionCandidate[];
  /** The headlines; null if no region fits. Regions that are only open on request are never recommended. */
  readonly best: {
    /** Limited only by the requested provider and GPU. */
    readonly anywhere: RegionCandidate | null;
    readonly withinLimits: RegionCandidate | null;
    /** Within all limits, in the country of the region in use. */
    readonly sameCountry: RegionCandidate | null;
    /** Within all limits, the lowest `costUsd`; null without a price of carbon. */
    readonly atPrice: RegionCandidate | null;
  };
  readonly notes: readonly string[];
}

/** Energy of moving data between regions (Cloud Carbon Footprint, networking coefficient 0.001 kWh/GB). */
const kilowattHoursPerGigabyte = 0.001;

/** Below this, the grid is so clean that the job itself offers more savings (28 of 218 regions in 2025). */
const veryCleanGramsPerITKWh = 60;

/**
 * Ranks cloud regions by their emissions per IT kilowatt-hour, after applying the filters. No score mixes carbon with
 * money and time, so an additional candidate never reorders the others.
 */
export function adviseRegions(catalogue: Catalogue, question: RegionQuestion, t: Translate = english): RegionAdvice {
  const { from, within, maximumRoundTripMilliseconds: maximum } = question;
  const offered = catalogue.regions.filter(
    (region) => isOffered(region, question) && hasGpu(region, question.gpu, catalogue),
  );
  const anywhere = ranked(offered, catalogue, question);
  const fits = (region: RegionCandidate): boolean =>
    (within === null || within.has(region.country)) &&
    (maximum === null || (region.rttMs !== null && region.rttMs <= maximum));
  const candidates = withTies(anywhere.filter(fits));
  const open = candidates.filter(({ access }) => access === null);
  return {
    candidates,
    best: {
      anywhere: withTies(anywhere).find(({ access }) => access === null) ?? null,
      withinLimits: open[0] ?? null,
      sameCountry: from === null ? null : (open.find(({ country }) => country === from.country) ?? null),
      atPrice: cheapest(open),
    },
    notes: notesOn(candidates, catalogue, question, t),
  };
}

/** The cheapest region; the cleanest of several with equal costs. Ignores regions with unknown costs. */
function cheapest(candidates: readonly RegionCandidate[]): RegionCandidate | null {
  const cost = ({ costUsd }: RegionCandidate): number => costUsd ?? Infinity;
  return candidates
    .filter(({ costUsd }) => costUsd !== null)
    .reduce<RegionCandidate | null>((best, each) => (best === null || cost(each) < cost(best) ? each : best), null);
}

/** Whether the ranges of two regions overlap, so that neither is clearly cleaner. */
export function isTie(a: IntensityRange, b: IntensityRange): boolean {
  return a.gramsPerITKWhLow <= b.gramsPerITKWhHigh && b.gramsPerITKWhLow <= a.gramsPerITKWhHigh;
}

type IntensityRange = Pick<RegionCandidate, 'gramsPerITKWhLow' | 'gramsPerITKWhHigh'>;

/** Government regions are offered only to those who already use one. */
function isOffered({ provider, access }: CatalogueRegion, { provider: asked, from }: RegionQuestion): boolean {
  return (asked === 'any' || provider === asked) && (access !== 'government' || from?.access === 'government');
}

/** Whether the provider has the GPU; no table has GPUs by region. Providers that are not listed are kept. */
function hasGpu({ provider }: CatalogueRegion, gpu: string | null, { instances }: Catalogue): boolean {
  return gpu === null || !providersListed(instances).has(provider) || providersWithGpu(instances, gpu).has(provider);
}

function ranked(
  regions: readonly CatalogueRegion[],
  catalogue: Catalogue,
  question: RegionQuestion,
): readonly RegionCandidate[] {
  return regions.map((region) => candidateOf(region, catalogue, question)).sort(cleanerFirst);
}

const idOf = ({ provider, region }: Pick<RegionCandidate, 'provider' | 'region'>): string => `${provider}:${region}`;

/** Orders regions with equal figures by price, distance and name, so that the order is total. */
function cleanerFirst(a: RegionCandidate, b: RegionCandidate): number {
  return (
    a.gramsPerITKWh - b.gramsPerITKWh ||
    (a.egressUsd ?? Infinity) - (b.egressUsd ?? Infinity) ||
    (a.rttMs ?? Infinity) - (b.rttMs ?? Infinity) ||
    idOf(a).localeCompare(idOf(b), 'en')
  );
}

function candidateOf(region: CatalogueRegion, { egress, year }: Catalogue, question: RegionQuestion): RegionCandidate {
  const { from, kilowattHours, dataGigabytes } = question;
  const { intensity, overhead, gramsPerITKWh } = region;
  const price = from === null ? null : egressPrice(egress, from, region);
  const egressUsd = dataGigabytes === null || price === null ? null : price * dataGigabytes;
  const embodied = question.embodiedKilograms ?? 0;
  const kgForJob =
    kilowattHours === null
      ? null
      : embodied + (kilowattHours * gramsPerITKWh.value + transferGrams(from, region, dataGigabytes ?? 0)) / 1000;
  return {
    provider: region.provider,
    region: region.region,
    location: region.place,
    country: region.country,
    zone: region.zone,
    intensity: intensity.value,
    intensityLow: intensity.low,
    intensityHigh: intensity.high,
    year,
    pue: overhead.value,
    puePublished: overhead.published,
    gramsPerITKWh: gramsPerITKWh.value,
    gramsPerITKWhLow: gramsPerITKWh.low,
    gramsPerITKWhHigh: gramsPerITKWh.high,
    kgForJob,
    savingPercent: from === null ? null : (1 - gramsPerITKWh.value / from.gramsPerITKWh.value) * 100,
    rttMs: from === null ? null : from.id === region.id ? 0 : roundTripMilliseconds(from, region),
    egressUsd,
    costUsd: costOf(kgForJob, dataGigabytes === null ? 0 : egressUsd, question.usdPerTonne ?? null),
    cfePercent: region.carbonFreePercent,
    access: region.access,
    tieWithPrevious: false,
  };
}

const kilogramsPerTonne = 1000;

function costOf(kilograms: number | null, movingUsd: number | null, usdPerTonne: number | null): number | null {
  return kilograms === null || movingUsd === null || usdPerTonne === null
    ? null
    : movingUsd + (kilograms / kilogramsPerTonne) * usdPerTonne;
}

/** Emissions of moving the data once, in grams, at the mean intensity of both grids; 0 if it stays in the region. */
function transferGrams(from: CatalogueRegion | null, to: CatalogueRegion, gigabytes: number): number {
  if (from?.id === to.id) return 0;
  const intensity = from === null ? to.intensity.value : (from.intensity.value + to.intensity.value) / 2;
  return gigabytes * kilowattHoursPerGigabyte * intensity;
}

function withTies(candidates: readonly RegionCandidate[]): readonly RegionCandidate[] {
  return candidates.map((candidate, index) => {
    const previous = candidates[index - 1];
    return { ...candidate, tieWithPrevious: previous !== undefined && isTie(previous, candidate) };
  });
}

function notesOn(
  candidates: readonly RegionCandidate[],
  { instances }: Catalogue,
  { from, gpu, provider }: RegionQuestion,
  t: Translate,
): readonly string[] {
  const notes: string[] = [];
  const [best] = candidates;
  if (best === undefined) return [t('No region meets the limits; relax them.')];
  const tied = candidates.slice(1).filter((candidate) => candidate.access === null && isTie(best, candidate));
  if (tied.length > 0 && tied.length <= 5) {
    notes.push(
      t(
        '{0} is not clearly cleaner than {1}: take the cheaper or the nearer one.',
        idOf(best),
        oneOf(tied.map(idOf), t),
      ),
    );
  }
  if (from !== null && from.gramsPerITKWh.value <= veryCleanGramsPerITKWh) {
    notes.push(t('{0} is already very clean: fewer GPU hours save more than moving.', from.region));
  }
  const assumed = [
    ...new Set(candidates.filter(({ puePublished }) => !puePublished).map((candidate) => candidate.provider)),
  ];
  if (assumed.length > 0) notes.push(t('The PUE of {0} is assumed, since it is not published.', assumed.join(', ')));
  if (gpu !== null) {
    notes.push(t('A provider that has {0} may not have it in every region; check before you move.', gpu));
    const unlisted = [...new Set(candidates.map((candidate) => candidate.provider))].filter(
      (each) => !providersListed(instances).has(each),
    );
    if (unlisted.length > 0)
      notes.push(
        t(
          plural(unlisted.length, 'Whether {0} has {1} is not known.', 'Whether {0} have {1} is not known.'),
          unlisted.join(', '),
          gpu,
        ),
      );
  }
  if (candidates.some(({ access }) => access === 'on request'))
    notes.push(t('Regions marked "on request" are open to some customers only.'));
  if (provider === 'any' || provider === 'gcp')
    notes.push(t("The carbon-free share is the provider's own claim and does not affect the order."));
  return notes;
}
