import * as v from 'valibot';
import type { Memento } from 'vscode';
import { amount, lenient, type Shaped } from '../../system/shapes';

/** What a person has said of the regions that they may use; kept for each project. Null where they said nothing. */
const answersShape = lenient({
  /** A provider, or `any`. */
  provider: v.string(),
  /** `provider:region` in use; an empty text says that there is none. */
  from: v.string(),
  /** `EU`, `DE,CH`, … */
  within: v.string(),
  maximumRoundTripMilliseconds: amount,
  gpu: v.string(),
  dataGigabytes: amount,
  kilowattHours: amount,
  /** Share of making the hardware, kg CO2e. */
  embodiedKilograms: amount,
  /** What a tonne of CO2e is worth to them. */
  usdPerTonne: amount,
  /** Length of the job, where the start is to be chosen too. */
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
