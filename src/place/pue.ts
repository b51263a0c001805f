import type { CloudRegion } from '../data/places';
import { exactly, type Estimate } from '../units/estimate';

/** Power usage effectiveness: energy that the data centre uses, divided by the energy that its computers use. */
export interface Pue extends Estimate {
  /** True if the provider publishes the figure, for the region or as an average that includes it. */
  readonly published: boolean;
  /** For people: where the figure comes from. */
  readonly source: string;
  /** A sentence for people if the figure is assumed; otherwise null. */
  readonly note: string | null;
}

/** The user's own machine is not in a data centre, so there is no overhead. */
export const ownMachine: Pue = { ...exactly(1), published: false, source: 'own machine', note: null };

/**
 * The limits of a PUE as factors on its part above 1 (cooling, conversion). Amazon publishes 27 regions: 1.06 to 1.46,
 * with a mean of 1.23. So a region has a quarter to twice the overhead of an average that includes it.
 */
const overheadFactors = { region: [1, 1], geography: [0.25, 2], provider: [0.25, 2], fleet: [0.25, 2] } as const;

const basisText = {
  region: 'published for this region',
  geography: "the provider's average for this geography",
  provider: "the provider's average, cited by others",
  fleet: "the provider's average",
} as const;

/** For providers that publish nothing: close to the mean of Amazon's regions, with their range. */
const assumed = { value: 1.2, low: 1.06, high: 1.46 };

/** The PUE of a cloud region, with limits that depend on its basis. */
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
