import * as v from 'valibot';
import { rangeOf, rounded } from '../figures';
import { number, words } from '../parameters';
import { pageOf, pageParameters } from '../paging';
import { askTerminal, folderIfAny, optionsOf } from '../terminal-answer';
import type { AgentAnswer, AgentTool } from '../tool';

/** A page of a model needs fewer than one for people. */
const usualLimit = 5;

const parameters = v.strictObject({
  provider: words('aws, gcp, azure, oci, ovh, scaleway, coreweave or any.'),
  from: words('Region in use, such as aws:us-east-1. Default: the location of the settings.'),
  energy_kwh: number(0, 1e15, 'IT energy of the job, kWh; gives its kg CO2e.'),
  within: words('Where data must stay: EU, EEA, or country codes with commas.'),
  max_rtt_ms: number(1e-6, 60_000, 'Longest round trip, ms; needs from.'),
  gpu: words('GPU that the provider must have, such as H100.'),
  data_gb: number(0, 1e9, 'Data to move, GB; gives the cost of it.'),
  ...pageParameters(usualLimit),
});

const names = {
  provider: '--provider',
  from: '--from',
  energy_kwh: '--kwh',
  within: '--within',
  max_rtt_ms: '--max-rtt',
  gpu: '--gpu',
  data_gb: '--data-gb',
};

interface Candidate {
  readonly provider: string;
  readonly region: string;
  readonly location: string;
  readonly country: string;
  readonly gramsPerITKWh: number;
  readonly gramsPerITKWhLow: number;
  readonly gramsPerITKWhHigh: number;
  readonly kgForJob: number | null;
  readonly savingPercent: number | null;
  readonly rttMs: number | null;
  readonly egressUsd: number | null;
  readonly access: string | null;
  readonly tieWithPrevious: boolean;
}

interface Advice {
  readonly from: string | null;
  readonly candidates: readonly Candidate[];
  readonly best: unknown;
  readonly notes: readonly string[];
  readonly source: string;
}

export const recommendRegion: AgentTool = {
  name: 'recommend_region',
  title: 'Recommend a Cloud Region',
  description:
    'Ranks cloud regions by emissions of a kWh of IT energy (g CO2e with PUE, yearly lifecycle averages, offline), within limits of law, round trip and GPU. tie: cannot be told from the one before. Carbon-free certificates are not counted.',
  parameters,
  effect: 'reads',
  worksAnywhere: true,
  async call(input, world) {
    const { limit = usualLimit, offset = 0 } = input as v.InferOutput<typeof parameters>;
    const found = (await askTerminal(
      world,
      { args: ['regions', '--json', ...optionsOf(input, names)], cwd: folderIfAny(world) },
      names,
    )) as unknown as Advice;
    const { shown, next } = pageOf(found.candidates, { limit, offset });
    return {
      from: found.from,
      total: found.candidates.length,
      regions: shown.map(regionOf),
      ...next,
      notes: found.notes,
      source: found.source,
    };
  },
};

function regionOf(each: Candidate): AgentAnswer {
  return {
    region: `${each.provider}:${each.region}`,
    place: `${each.location}, ${each.country}`,
    gramsPerITKWh: rangeOf({
      value: each.gramsPerITKWh,
      low: each.gramsPerITKWhLow,
      high: each.gramsPerITKWhHigh,
    }),
    ...(each.kgForJob === null ? {} : { kgForJob: rounded(each.kgForJob) }),
    ...(each.savingPercent === null ? {} : { savingPercent: rounded(each.savingPercent) }),
    ...(each.rttMs === null ? {} : { rttMs: rounded(each.rttMs) }),
    ...(each.egressUsd === null ? {} : { dataTransferUsd: rounded(each.egressUsd) }),
    ...(each.access !== null && { access: each.access }),
    ...(each.tieWithPrevious ? { tie: true } : {}),
  };
}
