import type { CloudRegion } from '../data/places';
import { exactly, type Estimate } from '../units/estimate';

/** Power usage effectiveness: what the building draws for each unit that the computers draw. */
export interface Pue extends Estimate {
  /** True where the provider publishes the figure, for the region or for an average that the region is part of. */
  readonly published: boolean;
  /** For people: where the figure comes from. */
  readonly source: string;
  /** A sentence where a person should know that it is assumed; else null. */
  readonly note: string | null;
}

/** The own machine stands in no data centre: nothing is added. */
export const ownMachine: Pue = { ...exactly(1), published: false, source: 'own machine', note: null };

/**
 * The limits of a PUE as factors on its part above 1 (cooling, conversion). Amazon publishes each region: 27 of them lie
 * between 1.06 and 1.46 with a mean of 1.23, so one region of an average has a quarter to twice the average's overhead.
 */
const overheadFactors = { region: [1, 1], geography: [0.25, 2], provider: [0.25, 2], fleet: [0.25, 2] } as const;

const basisText = {
  region: 'published for this region',
  geography: "the provider's average for this geography",
  provider: "the provider's average, cited by others",
  fleet: "the provider's average",
} as const;

/** Where a provider publishes nothing: near the mean of Amazon's regions, with their range. */
const assumed = { value: 1.2, low: 1.06, high: 1.46 };

/** PUE of a cloud region with the limits that its basis allows. */
export function regionPue({
  provider,
  pue,
  pueBasis,
  pueYear,
}: Pick<CloudRegion, 'provider' | 'pue' | 'pueBasis' | 'pueYear'>): Pue {
  if (pue === null || pueBasis === null) {
    return {
      ...assumed,
      published: false,
      source: 'assumed',
      note: `A PUE of ${assumed.value} is assumed: ${provider} publishes none.`,
    };
  }
  const [low, high] = overheadFactors[pueBasis];
  const overhead = pue - 1;
  return {
    value: pue,
    low: 1 + overhead * low,
    high: 1 + overhead * high,
    published: true,
    source: `${basisText[pueBasis]}${pueYear === null ? '' : `, ${pueYear}`}`,
    note: null,
  };
}
