import type { RegionQuestion } from '../../src/advice/where/region-advice';

/** A question without requirements. */
export const anyRegion: RegionQuestion = {
  provider: 'any',
  from: null,
  kilowattHours: null,
  within: null,
  maximumRoundTripMilliseconds: null,
  gpu: null,
  dataGigabytes: null,
};
