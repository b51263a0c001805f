import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { TreeTracker } from '../src/processes/tree-tracker';
import { Journal } from '../src/runs/journal/journal';
import { TimedWorld } from '../test/support/timed-world';
import { headerOf } from '../test/runs/support';
import { costOf, printLoad, type Cost } from './support';

/** Three decades, as of every size here. */
const findingCounts = [10, 100, 1000, 10_000];
const processCounts = [3, 30, 300, 3000];
const runSeconds = 4;

/** How the costs of the product grow: each size three decades, and the exponent between its last two steps. */
export async function run(): Promise<void> {
  printLoad();
  const folder = mkdtempSync(join(tmpdir(), 'green-ml-growth-'));
  try {
    const lint = (name: string) => lintCost(folder, name);
    grow('lint of so many files of 60 lines', 'file', [3, 30, 300, 3000], (size) => {
      const name = `files-${size}`;
      mkdirSync(join(folder, name));
      for (let file = 0; file < size; file++) write(folder, join(name, `module_${file}.py`), moduleOf(60, file, 1));
      return lint(name);
    });
    grow('lint of one file of so many lines', 'line', [20, 200, 2000, 20_000], (size) => {
      write(folder, `lines-${size}.py`, moduleOf(size, 0, 1));
      return lint(`lines-${size}.py`);
    });
    grow('lint of one notebook of so many cells', 'cell', [3, 30, 300, 3000], (size) => {
      write(folder, `cells-${size}.ipynb`, notebookOf(size));
      return lint(`cells-${size}.ipynb`);
    });
    grow('lint with so many findings, 10 in each file', 'finding', findingCounts, (size) => {
      const name = `findings-${size}`;
      mkdirSync(join(folder, name));
      for (let file = 0; file < size / 10; file++)
        write(folder, join(name, `module_${file}.py`), moduleOf(60, file, 10));
      return lint(name);
    });
    if (process.platform === 'linux') await growProcesses(folder);
    else
      console.log('the meter beside so many processes: not measured, for this system does not count its own CPU time');
    await growLength(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints the costs of all sizes, and by which power of the size they grow beyond the cost of a start. */
function grow(title: string, unit: string, sizes: readonly number[], measure: (size: number) => Cost): void {
  const costs = sizes.map((size) => ({ size, cost: measure(size) }));
  console.log(`${title} (load of the machine ${loadavg()[0]?.toFixed(1)})`);
  for (const { size, cost } of costs)
    console.log(
      `  ${size.toLocaleString('en').padStart(7)}: ${cost.seconds.toFixed(2)} s, ${cost.megabytes.toFixed(0)} MB, ${((cost.seconds / size) * 1e6).toFixed(0)} µs a ${unit}`,
    );
  const [start, before, last] = [costs[0], costs.at(-2), costs.at(-1)];
  if (start === undefined || before === undefined || last === undefined) return;
  const beyond = (cost: Cost): number => Math.max(1e-3, cost.seconds - start.cost.seconds);
  console.log(`  grows with the size to the power of ${exponent(before, last, beyond).toFixed(2)}`);
}

interface Step {
  readonly size: number;
  readonly cost: Cost;
}

function exponent(before: Step, last: Step, value: (cost: Cost) => number): number {
  return Math.log(value(last.cost) / value(before.cost)) / Math.log(last.size / before.size);
}

function lintCost(folder: string, name: string): Cost {
  return costOf(['lint', '--no-cache', '--format', 'json', name], folder, folder);
}

function write(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

/** Plausible code of at least so many lines, with a number of trainings that never stop early. */
function moduleOf(lines: number, seed: number, trainings: number): string {
  const parts = ['import keras', 'import numpy as np', ''];
  for (let training = 0; training < trainings; training++)
    parts.push(
      `def train_${training}(x, y, x_test, y_test):`,
      '    model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])',
      '    model.compile(loss="mse")',
      `    model.fit(x, y, epochs=${50 + (seed % 100)}, validation_data=(x_test, y_test))`,
    );
  for (let index = 0; parts.length < lines; index++)
    parts.push(
      `def step_${index}(rows, scale=${index % 7}):`,
      '    total = np.zeros(len(rows))',
      '    for position, row in enumerate(rows):',
      '        total[position] = scale * sum(each ** 2 for each in row)',
      '    return total',
    );
  return `${parts.join('\n')}\n`;
}

function notebookOf(cells: number): string {
  const source = (index: number): string =>
    index === 0
      ? moduleOf(7, 0, 1)
      : `rows_${index} = [[${index}, 1], [2, 3]]\ntotal = sum(each for row in rows_${index} for each in row)\nprint(total)`;
  return JSON.stringify({
    cells: Array.from({ length: cells }, (_, index) => ({
      cell_type: 'code',
      execution_count: null,
      metadata: {},
      outputs: [],
      source: source(index),
    })),
    metadata: { language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5,
  });
}

/** The shipped meter for a few seconds beside other processes, and with as many of its own. */
async function growProcesses(folder: string): Promise<void> {
  const sleepers = (count: number, seconds: number): string =>
    `for i in $(seq ${count}); do sleep ${seconds} & done; wait`;
  for (const [title, isOwn] of [
    ['green-ml run beside so many processes of others', false],
    ['green-ml run with so many processes of its own', true],
  ] as const) {
    console.log(`${title}, ${runSeconds} s at 1 Hz (load of the machine ${loadavg()[0]?.toFixed(1)})`);
    for (const count of processCounts) {
      const others = isOwn ? null : spawn('/bin/sh', ['-c', sleepers(count, 600)], { stdio: 'ignore', detached: true });
      await new Promise((resolve) => setTimeout(resolve, 500 + count));
      const script = isOwn ? sleepers(count, runSeconds) : `sleep ${runSeconds}`;
      const cost = costOf(['run', '--no-progress', '--', '/bin/sh', '-c', script], folder, folder);
      if (others?.pid !== undefined) process.kill(-others.pid, 'SIGKILL');
      console.log(
        `  ${count.toLocaleString('en').padStart(7)}: ${cost.seconds.toFixed(2)} s of processor time, ${cost.megabytes.toFixed(0)} MB`,
      );
    }
  }
}

/** What one second of a run costs at the end of a long run, and what its record weighs. */
async function growLength(folder: string): Promise<void> {
  const lengths = [60, 600, 6000, 60_000];
  console.log(
    `a run of so many seconds at 1 Hz, in a world of its own clock (load of the machine ${loadavg()[0]?.toFixed(1)})`,
  );
  const state = join(folder, 'length', 'green-ml');
  const journal = new Journal(state);
  const world = new TimedWorld([{ pid: 100, from: 0, until: Infinity, cores: 1 }], journal);
  const { id: _, kind, ...header } = headerOf({ name: 'train.py' });
  const tree = new TreeTracker();
  const active = await world.meter.start({ ...header, kind, tree, root: { pid: 100, countFrom: 'now' } });
  setFlagsFromString('--expose-gc');
  const tidy = runInNewContext('gc') as () => void;
  let done = 0;
  for (const length of lengths) {
    // What is timed are the last seconds before each length.
    const timed = Math.min(50, length - done);
    for (; done < length - timed; done++) await world.clock.advance(1);
    const began = process.cpuUsage();
    for (; done < length; done++) await world.clock.advance(1);
    const used = process.cpuUsage(began);
    tidy();
    const path = join(state, 'runs', `${active.id}.jsonl`);
    const microseconds = (used.user + used.system) / timed;
    console.log(
      `  ${length.toLocaleString('en').padStart(7)}: ${microseconds.toFixed(0)} µs a second, journal ${(statSync(path).size / 1e6).toFixed(2)} MB, memory in use ${(process.memoryUsage().heapUsed / 1e6).toFixed(0)} MB`,
    );
  }
  await active.finish(0);
  for (const args of [
    ['runs', 'list'],
    ['runs', 'show', active.id, '--json'],
  ]) {
    const cost = costOf(args, folder, join(folder, 'length'));
    console.log(
      `  green-ml ${args.slice(0, 2).join(' ')} afterwards: ${cost.seconds.toFixed(2)} s, ${cost.megabytes.toFixed(0)} MB`,
    );
  }
}
