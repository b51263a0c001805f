import { modelWatts } from '../src/power/cpu-model';
import type { CpuPower } from '../src/power/tdp';
import {
  calibratedErrors,
  heldOutCoverage,
  isInBand,
  loadClasses,
  loadMeasurements,
  predictedBand,
  ratioOf,
  type MeasuredLoad,
} from '../test/support/cpu-loads';

type Model = (power: CpuPower, load: number) => number;

/** How well load curves tell the power of processors that they have never seen; see power-model.md. */
export async function run(): Promise<void> {
  const rows = await loadMeasurements();
  for (const [kind, some] of [
    ['Servers', rows.filter(({ power }) => power.isSteady)],
    ['Laptops and desktops', rows.filter(({ power }) => !power.isSteady)],
  ] as const) {
    console.log(
      `${kind}: ${some.length} measurements of ${processors(some).length} processors, each processor with the same weight`,
    );
    judge('ours', some, modelWatts);
    judge('0.15 + 0.85 u of the base power', some, (power, load) => base(power) * (0.15 + 0.85 * load));
    judge('0.1 + 0.9 u³ (CodeCarbon)', some, (power, load) => base(power) * (0.1 + 0.9 * load ** 3));
    judge(
      "Teads' points",
      some,
      (power, load) =>
        base(power) *
        interpolate(
          [
            [0, 0.12],
            [0.1, 0.32],
            [0.5, 0.75],
            [1, 1.02],
          ],
          load,
        ),
    );
    for (const bend of [1, 0.7, 0.5, 0.33])
      judge(`ours, bend ${bend}`, some, ({ idleWatts, watts }, load) => idleWatts + (watts - idleWatts) * load ** bend);
    console.log(`  the band that ships holds ${percent(some.filter(isInBand).length / some.length)} of them`);
    for (const { name, from, to } of loadClasses) {
      const here = some.filter(({ load }) => load > from && load <= to);
      console.log(`    at loads ${name}: ${percent(here.filter(isInBand).length / here.length)} of ${here.length}`);
    }
    console.log(
      '  each processor, which the band of all others has never seen: median error, and in the band of the others',
    );
    for (const cpu of processors(some)) console.log(`    ${cpu.padEnd(32)} ${leftOut(cpu, some)}`);
    const above = some.flatMap(aboveIdle(some));
    if (above.length > 0)
      console.log(`  above idle, told / measured, ${above.length} measurements: median ${median(above).toFixed(2)}`);
    if (some.every(({ power }) => power.isSteady))
      for (const [shape, straight] of [
        ['a straight line', true],
        ['a curve', false],
      ] as const) {
        const errors = calibratedErrors(some, straight);
        console.log(
          `  calibrated with three loads of the same machine, ${shape}: median error ${percent(median(errors))}, 90 % below ${percent(quantile(errors, 0.9))}, on ${errors.length} other loads`,
        );
      }
  }
}

/** How the model does on one processor, and the band of the others. */
function leftOut(cpu: string, rows: readonly MeasuredLoad[]): string {
  const mine = rows.filter((row) => row.cpu === cpu);
  const { low, high } = predictedBand(rows.filter((row) => row.cpu !== cpu));
  const errors = mine.map((row) => 1 / ratioOf(row) - 1);
  const error = median(errors);
  const held = mine.filter((row) => ratioOf(row) >= low && ratioOf(row) <= high).length;
  return `${error >= 0 ? '+' : '−'}${percent(Math.abs(error))}, ${held} of ${mine.length}`;
}

/** Power above idle, told over measured, of rows whose machine was also measured at rest. */
function aboveIdle(rows: readonly MeasuredLoad[]): (row: MeasuredLoad) => readonly number[] {
  const rest = new Map(rows.filter(({ load }) => load === 0).map(({ source, watts }) => [source, watts]));
  return ({ source, load, watts, power }) => {
    const idle = rest.get(source);
    if (idle === undefined || load === 0) return [];
    return [(modelWatts(power, load) - power.idleWatts) / (watts - idle)];
  };
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** The base power of all sockets, of which the idle power is a fixed share. */
function base({ idleWatts }: CpuPower): number {
  return idleWatts / 0.15;
}

function processors(rows: readonly MeasuredLoad[]): readonly string[] {
  return [...new Set(rows.map(({ cpu }) => cpu))];
}

function interpolate(points: readonly (readonly [number, number])[], load: number): number {
  for (let index = 1; index < points.length; index++) {
    const [[fromLoad, from], [toLoad, to]] = [points[index - 1] ?? [0, 0], points[index] ?? [1, 1]];
    if (load <= toLoad) return from + ((to - from) * (load - fromLoad)) / (toLoad - fromLoad);
  }
  return points.at(-1)?.[1] ?? NaN;
}

function judge(name: string, rows: readonly MeasuredLoad[], model: Model): void {
  const cpus = processors(rows);
  const bias = cpus.map((cpu) => {
    const mine = rows.filter((row) => row.cpu === cpu);
    return (
      mine.reduce((sum, { power, load }) => sum + model(power, load), 0) /
        mine.reduce((sum, { watts }) => sum + watts, 0) -
      1
    );
  });
  const meanBias = bias.reduce((sum, each) => sum + each, 0) / cpus.length;
  const { low, high } = predictedBand(rows, model);
  console.log(
    `  ${name.padEnd(34)} energy ${meanBias >= 0 ? '+' : '−'}${percent(Math.abs(meanBias))}; 95 % band ${low.toFixed(2)} to ${high.toFixed(2)}; held out, such a band holds ${percent(heldOutCoverage(rows, model))}`,
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
