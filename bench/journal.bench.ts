import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJournal } from './journals';
import { costOf, type Cost } from './support';

/** The last one takes ten minutes, most of it to read all runs for the first time: set GREEN_ML_BENCH_LONG. */
const sizes = [10, 100, 1000, 10_000, ...(process.env['GREEN_ML_BENCH_LONG'] === undefined ? [] : [100_000])];
const samplesOfShortRuns = 15;
const hourLongRuns = 100;
/** What a recorder keeps of an hour at one sample a second. */
const samplesOfAnHour = 3600;
const rounds = 3;

const training = `import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(x, y, epochs=5)
`;

/** What commands that read the journal cost, by the number of runs in it. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'green-ml-bench-journal-'));
  try {
    const [measured, unmeasured] = [join(folder, 'measured'), join(folder, 'unmeasured')];
    for (const project of [measured, unmeasured]) {
      mkdirSync(project);
      writeFileSync(join(project, 'train.py'), training);
    }
    const bench = new Bench(folder);
    console.log('CPU (user and system) and peak memory of each command, the median of three; first: no index yet');
    for (const runs of [0, ...sizes]) {
      writeJournal(bench.state(`${runs}`), {
        runs,
        samples: samplesOfShortRuns,
        folders: [measured, '/other/project'],
      });
      bench.all(`${runs}`, `${runs} runs`, measured, unmeasured);
    }
    writeJournal(bench.state('long'), { runs: hourLongRuns, samples: samplesOfAnHour, folders: [measured] });
    bench.all('long', `${hourLongRuns} runs of an hour`, measured, unmeasured);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await Promise.resolve();
}

class Bench {
  constructor(private readonly folder: string) {}

  state(name: string): string {
    return join(this.folder, `state-${name}`, 'green-ml');
  }

  all(name: string, title: string, measured: string, unmeasured: string): void {
    console.log(`${title} (load of the machine: ${loadavg()[0]?.toFixed(1)})`);
    const print = (what: string, costs: readonly Cost[]): void =>
      console.log(`  ${what.padEnd(34)} ${costText(costs)}`);
    const often = (cwd: string, ...args: readonly string[]): readonly Cost[] =>
      Array.from({ length: rounds }, () => this.cost(name, cwd, args));
    print('lint, measured folder, first', [this.cost(name, measured, ['lint', 'train.py'])]);
    print('lint, measured folder', often(measured, 'lint', 'train.py'));
    print('lint, other folder, first', [this.cost(name, unmeasured, ['lint', 'train.py'])]);
    print('lint, other folder', often(unmeasured, 'lint', 'train.py'));
    print('runs list, first', [this.cost(name, measured, ['runs', 'list'])]);
    print('runs list', often(measured, 'runs', 'list'));
    if (name === '0') return;
    print('runs report --all', often(measured, 'runs', 'report', '--all'));
    print('runs statement --all', often(measured, 'runs', 'statement', '--all'));
    print('runs export --format codecarbon', often(measured, 'runs', 'export', '--format', 'codecarbon'));
    print('runs export --format json', often(measured, 'runs', 'export', '--format', 'json'));
    this.forgetOne(name);
    print('runs list, one run deleted', [this.cost(name, measured, ['runs', 'list'])]);
  }

  /** Deletes the oldest run: the index is written again. */
  private forgetOne(name: string): void {
    const runs = join(this.state(name), 'runs');
    const [oldest = ''] = readdirSync(runs).sort();
    rmSync(join(runs, oldest));
  }

  private cost(state: string, cwd: string, args: readonly string[]): Cost {
    return costOf(args, cwd, join(this.folder, `state-${state}`), this.folder);
  }
}

function costText(costs: readonly Cost[]): string {
  const seconds = costs.map((cost) => cost.seconds).sort((a, b) => a - b);
  const middle = seconds[Math.floor(seconds.length / 2)] ?? NaN;
  const range = seconds.length === 1 ? '' : ` (${seconds[0]?.toFixed(2)} to ${seconds.at(-1)?.toFixed(2)})`;
  const most = Math.max(...costs.map((cost) => cost.megabytes));
  return `${middle.toFixed(2)} s${range}, ${most.toFixed(0)} MB`;
}
