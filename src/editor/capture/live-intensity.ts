import type { SecretStorage } from 'vscode';
import type { CarbonIntensity } from '../../place/intensity';
import { loadForecaster } from '../../grid/forecast';
import { memoryStore } from '../../grid/services/caching-http';
import { liveRunIntensity, type RunIntensity } from '../../grid/services/run-intensity';
import { RunIntensityRecorder } from '../../grid/services/run-intensity-recorder';
import { liveServices } from '../../grid/services/services';
import type { Sourced } from '../../runs/origin';
import { findChosen } from '../../runs/place';
import { localTimeZone } from '../../system/time-zone';
import { systemClock } from '../../system/clock';
import { systemHttp } from '../../system/http';
import { readLiveChoice } from '../advice/live-choice';
import type { MeterSettings } from '../meter-settings';
import { Settings, trueOrFalse } from '../contributions/use-settings';

/** The live carbon intensity of the hours of a run, if the setting is on. */
export class LiveIntensity {
  private readonly store = memoryStore();

  constructor(private readonly secrets: SecretStorage) {}

  /** Starts asking live services for a run that starts now; null, without any request, if the setting is off. */
  ask(
    { place: { location, gramsPerKWh } }: MeterSettings,
    yearly: CarbonIntensity | null,
  ): RunIntensityRecorder | null {
    const isWanted = new Settings().read('live.runs', trueOrFalse);
    if (!isWanted || yearly === null || gramsPerKWh !== null) return null;
    return new RunIntensityRecorder(this.find(location, yearly), () => systemClock.wallMilliseconds());
  }

  private async find(location: Sourced<string> | null, yearly: CarbonIntensity): Promise<RunIntensity> {
    const [found, forecaster, choice] = await Promise.all([
      findChosen(location, localTimeZone()),
      loadForecaster(),
      readLiveChoice(this.secrets),
    ]);
    const { zone, region } = found.place;
    const ports = { http: systemHttp, store: this.store, clock: systemClock };
    const services = liveServices(choice, ports, (each, from, until) =>
      Promise.resolve(forecaster.usual(each, from, until)),
    );
    const place = zone === null ? null : { zone, coordinates: region, region: region?.region ?? null };
    return liveRunIntensity(services, place, yearly, systemClock.wallMilliseconds());
  }
}
