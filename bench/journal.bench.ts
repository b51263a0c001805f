import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJournal } from './journals';
import { builds, costOf, spread, type Cost } from './support';

/** The last one takes ten minutes, most of it to read all runs for the first time: set GREEN_ML_BENCH_LONG. */
const sizes = [10, 100, 1000, 10_000, ...(process.env['GREEN_ML_BENCH_LONG'] === undefined ? [] : [100_000])];
const samplesOfShortRuns = 15;
const hourLongRuns = 100;
/** What a recorder keeps of an hour at one sample a second. */
const samplesOfAnHour = 3600;
const rounds = builds().length === 2 ? 3 : 2;

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
    console.log('CPU (user and system) and peak memory of each command, the median; first: no index yet');
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
    const lint = ['lint', 'train.py'];
    this.measure('lint, measured folder, first', 1, name, measured, lint);
    this.measure('lint, measured folder', rounds, name, measured, lint);
    this.measure('lint, other folder, first', 1, name, unmeasured, lint);
    this.measure('lint, other folder', rounds, name, unmeasured, lint);
    this.measure('runs list, first', 1, name, measured, ['runs', 'list']);
    this.measure('runs list', rounds, name, measured, ['runs', 'list']);
    if (name === '0') return;
    for (const args of [
      ['runs', 'report', '--all'],
      ['runs', 'statement', '--all'],
      ['runs', 'export', '--format', 'codecarbon'],
      ['runs', 'export', '--format', 'json'],
    ])
      this.measure(args.join(' '), rounds, name, measured, args);
    this.forgetOne(name);
    this.measure('runs list, one run deleted', 1, name, measured, ['runs', 'list']);
  }

  /** Runs all builds in turn and prints their costs and, with two, the ratio of each turn. */
  private measure(what: string, times: number, name: string, cwd: string, args: readonly string[]): void {
    const turns = Array.from({ length: times }, () =>
      builds().map((build, index) =>
        // The runs and their index are shared, the caches are not.
        costOf(args, cwd, join(this.folder, `state-${name}`), join(this.folder, `cache-${index}`), build),
      ),
    );
    const costs = builds().map((_, index) => costText(turns.flatMap((turn) => turn[index] ?? [])));
    const ratios = turns.map(([old, now]) => (now?.seconds ?? NaN) / (old?.seconds ?? NaN));
    const ratio = costs.length === 2 ? `; new over old ${spread(ratios)}` : '';
    console.log(`  ${what.padEnd(34)} ${costs.join(' → ')}${ratio}`);
  }

  /** Deletes the oldest run: the index is written again. */
  private forgetOne(name: string): void {
    const runs = join(this.state(name), 'runs');
    const [oldest = ''] = readdirSync(runs).sort();
    rmSync(join(runs, oldest));
  }
}

function costText(costs: readonly Cost[]): string {
  const most = Math.max(...costs.map((cost) => cost.megabytes));
  return `${spread(costs.map(({ seconds }) => seconds))} s, ${most.toFixed(0)} MB`;
}
