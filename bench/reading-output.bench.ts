import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Person } from '../test/support/at-terminal';

const secondsOfRun = 8;
const pairs = 2;

/** A training bar as Keras draws it, rewritten `argv[1]` times a second for `argv[2]` seconds. */
const bar = `
import sys, time
rate, length = float(sys.argv[1]), float(sys.argv[2])
steps = int(rate * length) // 5
for epoch in range(1, 6):
    print(f'Epoch {epoch}/5')
    for step in range(1, steps + 1):
        done = 20 * step // steps
        sys.stdout.write(f'\\r\\x1b[1m{step}/{steps}\\x1b[0m \\x1b[32m{"━" * done}\\x1b[0m\\x1b[37m{"━" * (20 - done)}\\x1b[0m \\x1b[1m1s\\x1b[0m 20ms/step - loss: {1 / (epoch * step):.4f}')
        sys.stdout.flush()
        time.sleep(1 / rate)
    print()
`;
import { printLoad } from './support';

/** What reading a progress bar costs `green-ml run` at a terminal, beside the same run with --no-progress. */
export async function run(): Promise<void> {
  printLoad();
  const folder = await mkdtemp(join(tmpdir(), 'reading-output-'));
  try {
    const script = join(folder, 'bar.py');
    await writeFile(script, bar);
    for (const rate of [10, 50]) {
      const differences: number[] = [];
      for (let pair = 0; pair < pairs; pair += 1) {
        const [reading, notReading] = await Promise.all([
          meterCpuSeconds(folder, script, rate, []),
          meterCpuSeconds(folder, script, rate, ['--no-progress']),
        ]);
        differences.push(reading - notReading);
      }
      console.log(
        `${rate} updates a second: ${differences.map((seconds) => `${((seconds / secondsOfRun) * 100).toFixed(2)} %`).join(', ')} of one core more than with --no-progress`,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** CPU seconds of the meter and its relay, from start to record. */
async function meterCpuSeconds(
  folder: string,
  script: string,
  rate: number,
  options: readonly string[],
): Promise<number> {
  const own = await mkdtemp(join(folder, 'run-'));
  const json = join(own, 'run.json');
  const command = ['run', '--json', json, ...options, '--', 'python3', script, String(rate), String(secondsOfRun)];
  const person = new Person([process.execPath, resolve('dist/cli.js'), ...command], {
    cwd: own,
    env: { ...process.env, TERM: 'xterm', XDG_STATE_HOME: join(own, 'state'), XDG_CACHE_HOME: join(own, 'cache') },
  });
  const code = await person.exit();
  if (code !== 0) throw new Error(`green-ml run ended with ${code}: ${person.text}`);
  const { meter } = JSON.parse(await readFile(json, 'utf8')) as { readonly meter: { readonly cpuSeconds: number } };
  return meter.cpuSeconds;
}
