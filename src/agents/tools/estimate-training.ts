import * as v from 'valibot';
import { askTerminal, folderIfAny, optionsOf } from '../terminal-answer';
import { rangeOf, rounded } from '../figures';
import { number, words } from '../parameters';
import type { AgentTool } from '../tool';

const parameters = v.strictObject({
  hours: v.pipe(v.number(), v.minValue(1e-6), v.maxValue(876_000), v.description('Duration of the job, hours.')),
  device: words('Such as "H100 SXM", "RTX 4090" or "i7-12700K". Give this or watts.'),
  watts: number(1e-6, 1e9, 'Power of one device at full load, W.'),
  count: number(1e-6, 1e7, 'Number of devices; default 1.'),
  usage: number(0, 1, 'Average load, 0 to 1; default 1.'),
  memory_gb: number(0, 1e9, 'Memory in use, GB; default 0.'),
  location: words('Grid zone such as DE, or aws:eu-north-1. Default: the settings, else a guess.'),
  intensity_g_per_kwh: number(0, 1e4, 'Carbon intensity, g CO2e/kWh, instead of location.'),
  pue: number(1, 10, 'Default: that of the location, else 1.'),
  embodied_kg: number(0, 1e12, 'Emissions of making the hardware, kg CO2e; needs lifespan_hours.'),
  lifespan_hours: number(1e-6, 876_000, 'Hours of use in its lifetime.'),
});

const names = {
  hours: '--hours',
  device: '--device',
  watts: '--watts',
  count: '--count',
  usage: '--usage',
  memory_gb: '--memory-gb',
  location: '--location',
  intensity_g_per_kwh: '--intensity',
  pue: '--pue',
  embodied_kg: '--embodied-kg',
  lifespan_hours: '--lifespan-hours',
};

interface Footprint {
  readonly device: string | null;
  readonly watts: number;
  readonly energyKWh: number;
  readonly operationalGrams: number;
  readonly operationalGramsLow: number;
  readonly operationalGramsHigh: number;
  readonly embodiedGrams: number | null;
  readonly intensity: {
    readonly gramsPerKWh: number;
    readonly zone: string | null;
    readonly year: number | null;
    readonly source: string;
    readonly basis: string;
  };
  readonly pue: number;
  readonly notes: readonly string[];
}

export const estimateTraining: AgentTool = {
  name: 'estimate_training',
  title: 'Estimate a Training',
  description:
    'Estimates energy (kWh, with PUE) and emissions (g CO2e) of a planned job from its hours and device or watts. A model, not a measurement: use it to decide whether to run at all and where, and measure_command for what a job really used.',
  parameters,
  effect: 'reads',
  worksAnywhere: true,
  async call(input, world) {
    const found = (await askTerminal(
      world,
      { args: ['estimate', '--json', ...optionsOf(input, names)], cwd: folderIfAny(world) },
      names,
    )) as unknown as Footprint;
    const { zone, gramsPerKWh, year, source, basis } = found.intensity;
    return {
      energyKWh: rounded(found.energyKWh),
      emissionsGrams: rangeOf({
        value: found.operationalGrams,
        low: found.operationalGramsLow,
        high: found.operationalGramsHigh,
      }),
      ...(found.embodiedGrams === null ? {} : { embodiedGrams: rounded(found.embodiedGrams) }),
      method: 'modelled: power × time × load × PUE, not measured; range of the intensity only',
      device: found.device,
      watts: rounded(found.watts),
      intensity: { gramsPerKWh: rounded(gramsPerKWh), zone, year, basis, source },
      pue: found.pue,
      ...(found.notes.length === 0 ? {} : { notes: found.notes }),
    };
  },
};
