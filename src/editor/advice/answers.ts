import * as v from 'valibot';
import type { Memento } from 'vscode';
import { amount, lenient, type Shaped } from '../../system/shapes';

/** The user's limits on regions, stored for each project. Null means not set. */
const answersShape = lenient({
  /** A provider, or `any`. */
  provider: v.string(),
  /** `provider:region` in use; empty means none. */
  from: v.string(),
  /** `EU`, `DE,CH`, … */
  within: v.string(),
  maximumRoundTripMilliseconds: amount,
  gpu: v.string(),
  dataGigabytes: amount,
  kilowattHours: amount,
  /** The job's share of manufacturing the hardware, kg CO2e. */
  embodiedKilograms: amount,
  /** Carbon price. */
  usdPerTonne: amount,
  /** Duration of the job, to choose its start too. */
  hours: amount,
});

export type RegionAnswers = Shaped<typeof answersShape>;

const key = 'regions.answers';

export function readAnswers(memory: Memento): RegionAnswers {
  return v.parse(answersShape, memory.get(key));
}

export async function keepAnswers(memory: Memento, answers: RegionAnswers): Promise<void> {
  await memory.update(key, answers);
}
