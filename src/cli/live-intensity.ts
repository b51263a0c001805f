import { Option } from 'commander';
import { loadForecaster } from '../regions/forecast';
import { liveRunIntensity, type RunIntensity } from '../regions/live/run-intensity';
import type { ActiveRun } from '../runs/active-run';
import type { ChosenPlace } from '../runs/place';
import type { Io } from './io';
import { liveServicesHelp, liveServicesOf } from './live-services';
import { findPlace } from './place';

/** `--live` of `green-ml run`. */
export function liveIntensityOption(): Option {
  return new Option('--live', `take the carbon intensity of these hours from ${liveServicesHelp}`).conflicts('intensity');
}

/**
 * The carbon intensity of a run's own hours. The command never waits for a service: the yearly mean stands until it has
 * answered.
 */
export class LiveIntensity {
  private constructor(
    private readonly io: Io,
    private readonly asked: Promise<RunIntensity>,
  ) {}

  static ask(io: Io, location: string | undefined, { intensity }: ChosenPlace): LiveIntensity {
    const ask = async (): Promise<RunIntensity> => {
      const [place, forecaster] = await Promise.all([findPlace(location), loadForecaster()]);
      const { zone, region } = place;
      const livePlace = zone === null ? null : { zone, coordinates: region, region: region?.region ?? null };
      return liveRunIntensity(liveServicesOf(io, forecaster), livePlace, intensity, io.clock.wallMilliseconds());
    };
    return new LiveIntensity(io, ask());
  }

  /** Puts the service's figure into the record when it comes. */
  async follow(run: ActiveRun): Promise<void> {
    const { atStart, notes } = await this.asked;
    run.update({ intensity: atStart, notes: [...run.record().notes, ...notes] });
  }

  /** Puts the mean over the run into the record; called when its command has ended. */
  async settle(run: ActiveRun): Promise<void> {
    const over = (await this.asked).over(Date.parse(run.record().startedAt), this.io.clock.wallMilliseconds());
    if (over === null) return;
    run.update({ intensity: over.intensity, ...(over.note === null ? {} : { notes: [...run.record().notes, over.note] }) });
  }
}
