import type { Provider } from '../../data/providers';
import { egressPrice, type Catalogue, type CatalogueRegion } from './catalogue';
import { roundTripMilliseconds } from '../../place/geography';
import { providersListed, providersWithGpu } from './gpu';
import { plural } from '../../present/words';

export interface RegionQuestion {
  readonly provider: Provider | 'any';
  /** The region in use now: savings, round trips and prices are counted from it. */
  readonly from: CatalogueRegion | null;
  /** IT energy of the job, without the building's overhead. */
  readonly kilowattHours: number | null;
  /** Countries (ISO 3166-1 alpha-2) that the data must stay in; null for all. */
  readonly within: ReadonlySet<string> | null;
  readonly maximumRoundTripMilliseconds: number | null;
  readonly gpu: string | null;
  /** Data to move to the region, once. */
  readonly dataGigabytes: number | null;
  /** The job's share of making the hardware, kg CO2e: the same in each region. Not counted where it is not given. */
  readonly embodiedKilograms?: number | null;
  /** What a tonne of CO2e is worth to the person, USD: only then is one region named by money and carbon together. */
  readonly usdPerTonne?: number | null;
}

/** What is asked of the other regions of a region's provider, with no limits and nothing known of the job. */
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

/** A region that may be chosen. Numbers are not rounded; null is unknown. */
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
  /** With the embodied share, and with moving the data, where those are given. */
  readonly kgForJob: number | null;
  readonly savingPercent: number | null;
  readonly rttMs: number | null;
  readonly egressUsd: number | null;
  /** Price of moving the data, and of the job's emissions at the person's own price of carbon. */
  readonly costUsd: number | null;
  /** The provider's own claim of carbon-free energy: a badge, never ranked. */
  readonly cfePercent: number | null;
  /** Who may use it, where not everybody may. */
  readonly access: CatalogueRegion['access'];
  /** The figures of this region and the one before it in the list cannot be told apart. */
  readonly tieWithPrevious: boolean;
}

export interface RegionAdvice {
  readonly candidates: readonly RegionCandidate[];
  /** Headlines; null where no region fits. Regions that are opened on request only are never one. */
  readonly best: {
    /** Of the asked provider with the asked GPU, whatever the other limits. */
    readonly anywhere: RegionCandidate | null;
    readonly withinLimits: RegionCandidate | null;
    /** Within the limits, in the country of the region in use. */
    readonly sameCountry: RegionCandidate | null;
    /** Within the limits, the lowest `costUsd`; null without a price of carbon. */
    readonly atPrice: RegionCandidate | null;
  };
  readonly notes: readonly string[];
}

/** Energy of moving data between regions (Cloud Carbon Footprint, networking coefficient 0.001 kWh/GB). */
const kilowattHoursPerGigabyte = 0.001;

/** Below this a grid is so clean that the next gain lies in the job (28 of 218 regions in 2025). */
const veryCleanGramsPerITKWh = 60;

/**
 * Ranks cloud regions by what an IT kilowatt-hour emits in them. Filters come first; there is no score that mixes
 * carbon with money and time, so a further candidate never reorders the others.
 */
export function adviseRegions(catalogue: Catalogue, question: RegionQuestion): RegionAdvice {
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
    notes: notesOn(candidates, catalogue, question),
  };
}

/** Of equal costs the cleaner one; regions of unknown cost are left out. */
function cheapest(candidates: readonly RegionCandidate[]): RegionCandidate | null {
  const cost = ({ costUsd }: RegionCandidate): number => costUsd ?? Infinity;
  return candidates
    .filter(({ costUsd }) => costUsd !== null)
    .reduce<RegionCandidate | null>((best, each) => (best === null || cost(each) < cost(best) ? each : best), null);
}

/** Whether the figures of two regions overlap, so that neither is surely the cleaner one. */
export function isTie(a: IntensityRange, b: IntensityRange): boolean {
  return a.gramsPerITKWhLow <= b.gramsPerITKWhHigh && b.gramsPerITKWhLow <= a.gramsPerITKWhHigh;
}

type IntensityRange = Pick<RegionCandidate, 'gramsPerITKWhLow' | 'gramsPerITKWhHigh'>;

/** Regions of governments are offered only to those who are in one. */
function isOffered({ provider, access }: CatalogueRegion, { provider: asked, from }: RegionQuestion): boolean {
  return (asked === 'any' || provider === asked) && (access !== 'government' || from?.access === 'government');
}

/** A GPU is looked up by provider: no table says which of its regions have it. Unlisted providers stay. */
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

/** Equal figures: the cheaper, then the nearer, then by name, so that the order is total. */
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

/** Grams of moving the data once, at the mean of both ends' grids; nothing where it stays. */
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
): readonly string[] {
  const notes: string[] = [];
  const [best] = candidates;
  if (best === undefined) return ['No region meets the limits; relax them.'];
  const tied = candidates.slice(1).filter((candidate) => candidate.access === null && isTie(best, candidate));
  if (tied.length > 0 && tied.length <= 5) {
    notes.push(`${idOf(best)} cannot be told from ${tied.map(idOf).join(', ')}: take the cheaper or the nearer one.`);
  }
  if (from !== null && from.gramsPerITKWh.value <= veryCleanGramsPerITKWh) {
    notes.push(`${from.region} is already very clean: fewer GPU hours save more than moving.`);
  }
  const assumed = [
    ...new Set(candidates.filter(({ puePublished }) => !puePublished).map((candidate) => candidate.provider)),
  ];
  if (assumed.length > 0) notes.push(`The PUE of ${assumed.join(', ')} is assumed, since it is not published.`);
  if (gpu !== null) {
    notes.push(`A provider that has ${gpu} may not have it in every region; check before you move.`);
    const unlisted = [...new Set(candidates.map((candidate) => candidate.provider))].filter(
      (each) => !providersListed(instances).has(each),
    );
    if (unlisted.length > 0)
      notes.push(`Whether ${unlisted.join(', ')} ${plural(unlisted.length, 'has', 'have')} ${gpu} is not known.`);
  }
  if (candidates.some(({ access }) => access === 'on request'))
    notes.push('Regions marked "on request" are open to some customers only.');
  if (provider === 'any' || provider === 'gcp')
    notes.push("The carbon-free share is the provider's own claim and does not affect the order.");
  return notes;
}
