import { loadForecaster } from '../grid/forecast';
import { millisecondsPerHour } from '../grid/profile';
import { adviseStart } from '../advice/when/time-advice';
import { countedOnce } from '../runs/measuring/counted-once';
import { countedEnergy } from '../runs/describe';
import type { RunRecord } from '../runs/record';
import type { StartFacts } from './facts';

const secondsPerDay = 86_400;

/** The time from now to the latest end of a job. Jobs of a day or more gain nothing by waiting. */
const slackHours = 24;

/**
 * What the cleanest start within a day would have changed for the measured runs; null if none has a known energy and a grid
 * with a known hourly pattern. Only lifecycle figures are used, because the usual days have that basis.
 */
export async function findStartFacts(runs: readonly RunRecord[]): Promise<StartFacts | null> {
  const fit = runs.filter(
    ({ intensity, durationSeconds }) =>
      intensity?.basis === 'lifecycle' &&
      intensity.zone !== null &&
      durationSeconds > 0 &&
      durationSeconds < secondsPerDay,
  );
  if (fit.length === 0) return null;
  const forecaster = await loadForecaster();
  const zones = new Set<string>();
  let [counted, better, grams, savedGrams] = [0, 0, 0, 0];
  for (const { record: run, energyShare } of countedOnce(fit)) {
    if (energyShare <= 0) continue;
    const zone = run.intensity?.zone ?? '';
    const total = countedEnergy(run).total;
    const used = total === null ? null : total * energyShare;
    const now = Date.parse(run.startedAt);
    const hours = run.durationSeconds / 3600;
    const deadline = now + slackHours * millisecondsPerHour;
    const { forecast } = used === null ? { forecast: null } : forecaster.offline(zone, now, deadline);
    const advice = adviseStart(forecast, {
      now,
      hours,
      deadline,
      kilowattHours: ((used ?? 0) / 1000) * run.pue,
      minimumGrams: null,
    });
    if (used === null || advice.now === null || advice.best === null) continue;
    zones.add(zone);
    counted += 1;
    grams += (used / 1000) * run.pue * advice.now.gramsPerKWh;
    if (advice.advice !== 'wait') continue;
    better += 1;
    savedGrams += advice.best.savedGrams ?? 0;
  }
  if (counted === 0 || !(grams > 0)) return null;
  return {
    runs: counted,
    better,
    grams,
    savedGrams,
    zones: [...zones].sort(),
    source: 'Electricity Maps, hours averaged over months, ODbL 1.0',
  };
}
