import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** One measurement: the load of all hardware threads, and the power of all packages as a share of their TDP. */
interface Row {
  readonly cpu: string;
  readonly load: number;
  readonly share: number;
}

type Curve = (load: number) => number;

/** How well load curves tell the power of processors that they have never seen; see power-model.md. */
export async function run(): Promise<void> {
  const rows = parse(await readFile(resolve('bench/data/cpu-load.csv'), 'utf8'));
  const cpus = [...new Set(rows.map(({ cpu }) => cpu))];
  console.log(`${rows.length} measurements of ${cpus.length} processors, each processor with the same weight`);
  judge('0.15 + 0.85 u (ours)', rows, () => (load) => 0.15 + 0.85 * load);
  judge('0.1 + 0.9 u³ (CodeCarbon)', rows, () => (load) => 0.1 + 0.9 * load ** 3);
  judge('Teads\' points', rows, () => (load) => interpolate([[0, 0.12], [0.1, 0.32], [0.5, 0.75], [1, 1.02]], load));
  // Fitted to all others each time, so that no processor is judged by a curve that knows it.
  judge('a + b u, fitted', rows, (cpu) => fit(rows.filter((row) => row.cpu !== cpu), [1]));
  judge('a + b u^c, fitted', rows, (cpu) => fit(rows.filter((row) => row.cpu !== cpu), [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]));
}

function parse(text: string): Row[] {
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [cpu = '', tdp, sockets, load, watts] = line.split(',');
      return { cpu, load: Number(load), share: Number(watts) / (Number(tdp) * Number(sockets)) };
    });
}

function interpolate(points: readonly (readonly [number, number])[], load: number): number {
  for (let index = 1; index < points.length; index++) {
    const [[fromLoad, from], [toLoad, to]] = [points[index - 1] ?? [0, 0], points[index] ?? [1, 1]];
    if (load <= toLoad) return from + ((to - from) * (load - fromLoad)) / (toLoad - fromLoad);
  }
  return points.at(-1)?.[1] ?? NaN;
}

/** Weights by which every processor counts the same, however often it was measured. */
function weights(rows: readonly Row[]): number[] {
  return rows.map(({ cpu }) => 1 / rows.filter((row) => row.cpu === cpu).length);
}

/** The curve a + b u^c with the least squared logarithm of measured / told, on a grid of steps of 0.02. */
function fit(rows: readonly Row[], exponents: readonly number[]): Curve {
  const weight = weights(rows);
  let best = Infinity;
  let curve: Curve = () => NaN;
  for (const c of exponents) {
    const powers = rows.map(({ load }) => load ** c);
    for (let a = 0.06; a < 0.26; a += 0.02) {
      for (let b = 0.4; b < 1.2; b += 0.02) {
        const error = rows.reduce((sum, { share }, index) => sum + (weight[index] ?? 0) * Math.log(share / (a + b * (powers[index] ?? 0))) ** 2, 0);
        if (error >= best) continue;
        best = error;
        curve = (load) => a + b * load ** c;
      }
    }
  }
  return curve;
}

function judge(name: string, rows: readonly Row[], curveFor: (cpu: string) => Curve): void {
  const cpus = [...new Set(rows.map(({ cpu }) => cpu))];
  const curves = new Map(cpus.map((cpu) => [cpu, curveFor(cpu)]));
  const told = rows.map(({ cpu, load }) => curves.get(cpu)?.(load) ?? NaN);
  const weight = weights(rows);
  const ratios = rows.map(({ share }, index) => ({ ratio: share / (told[index] ?? NaN), weight: weight[index] ?? 0 })).sort((a, b) => a.ratio - b.ratio);
  const quantile = (part: number): number => {
    let sum = 0;
    return ratios.find((each) => (sum += each.weight) >= part * cpus.length)?.ratio ?? NaN;
  };
  const bias = cpus.map((cpu) => {
    const mine = rows.map((row, index) => ({ row, index })).filter(({ row }) => row.cpu === cpu);
    return mine.reduce((sum, { index }) => sum + (told[index] ?? NaN), 0) / mine.reduce((sum, { row }) => sum + row.share, 0) - 1;
  });
  const error = rows.reduce((sum, { share }, index) => sum + (weight[index] ?? 0) * Math.abs(share - (told[index] ?? NaN)), 0) / cpus.length;
  const percent = (value: number): string => `${value >= 0 ? '+' : '−'}${Math.abs(value * 100).toFixed(0)} %`;
  console.log(
    `${name.padEnd(28)} energy ${percent(bias.reduce((sum, each) => sum + each, 0) / cpus.length)}; measured/told 5 %–50 %–95 %: ${[0.05, 0.5, 0.95].map((part) => quantile(part).toFixed(2)).join(' – ')}; mean error ${error.toFixed(3)} TDP`,
  );
}
