import { Option } from 'commander';
import type { CarbonIntensity } from '../place/intensity';
import { loadForecaster } from '../grid/forecast';
import { liveRunIntensity, type RunIntensity } from '../grid/services/run-intensity';
import { RunIntensityRecorder } from '../grid/services/run-intensity-recorder';
import type { PlaceChoice } from '../runs/place';
import type { Io } from './io';
import { liveServicesHelp, liveServicesOf } from './live-services';
import { findPlace } from './place';

/** `--live` of `green-ml run`. */
export function liveIntensityOption(): Option {
  return new Option('--live', `take the carbon intensity of these hours from ${liveServicesHelp}`).conflicts(
    'intensity',
  );
}

/** Requests the carbon intensity for a run that begins now; the command does not wait for it. */
export function askLiveIntensity(io: Io, choice: PlaceChoice, yearly: CarbonIntensity): RunIntensityRecorder {
  const ask = async (): Promise<RunIntensity> => {
    const [place, forecaster] = await Promise.all([findPlace(choice), loadForecaster()]);
    const { zone, region } = place;
    const livePlace = zone === null ? null : { zone, coordinates: region, region: region?.region ?? null };
    return liveRunIntensity(liveServicesOf(io, forecaster), livePlace, yearly, io.clock.wallMilliseconds());
  };
  return new RunIntensityRecorder(ask(), () => io.clock.wallMilliseconds());
}
