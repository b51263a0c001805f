import type { Memento } from 'vscode';

/** What a person has said of the regions that they may use; kept for each project. Null where they said nothing. */
export interface RegionAnswers {
  /** A provider, or `any`. */
  readonly provider: string | null;
  /** `provider:region` in use; an empty text says that there is none. */
  readonly from: string | null;
  /** `EU`, `DE,CH`, … */
  readonly within: string | null;
  readonly maximumRoundTripMilliseconds: number | null;
  readonly gpu: string | null;
  readonly dataGigabytes: number | null;
  readonly kilowattHours: number | null;
  /** Share of making the hardware, kg CO2e. */
  readonly embodiedKilograms: number | null;
  /** What a tonne of CO2e is worth to them. */
  readonly usdPerTonne: number | null;
  /** Length of the job, where the start is to be chosen too. */
  readonly hours: number | null;
}

export const noAnswers: RegionAnswers = {
  provider: null,
  from: null,
  within: null,
  maximumRoundTripMilliseconds: null,
  gpu: null,
  dataGigabytes: null,
  kilowattHours: null,
  embodiedKilograms: null,
  usdPerTonne: null,
  hours: null,
};

const key = 'regions.answers';

export function readAnswers(memory: Memento): RegionAnswers {
  const stored: unknown = memory.get(key);
  if (typeof stored !== 'object' || stored === null) return noAnswers;
  const text = (name: keyof RegionAnswers): string | null => {
    const value: unknown = (stored as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : null;
  };
  const number = (name: keyof RegionAnswers): number | null => {
    const value: unknown = (stored as Record<string, unknown>)[name];
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
  };
  return {
    provider: text('provider'),
    from: text('from'),
    within: text('within'),
    maximumRoundTripMilliseconds: number('maximumRoundTripMilliseconds'),
    gpu: text('gpu'),
    dataGigabytes: number('dataGigabytes'),
    kilowattHours: number('kilowattHours'),
    embodiedKilograms: number('embodiedKilograms'),
    usdPerTonne: number('usdPerTonne'),
    hours: number('hours'),
  };
}

export async function keepAnswers(memory: Memento, answers: RegionAnswers): Promise<void> {
  await memory.update(key, answers);
}
