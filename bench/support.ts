import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Prints how busy the machine is: timings on a busy machine are not comparable. */
export function printLoad(): void {
  const loads = loadavg().map((load) => load.toFixed(1));
  console.log(`load before the benchmark: ${loads.join(', ')}; ${cpus().length} cores`);
}

/** NaN for an empty list. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** The build that is shipped, and before it the one in the folder `GREEN_ML_BASE`, to compare with. */
export function builds(): readonly string[] {
  const base = process.env['GREEN_ML_BASE'];
  return base === undefined || base === '' ? ['dist'] : [base, 'dist'];
}

/** Median, least and greatest of ratios or seconds. */
export function spread(values: readonly number[]): string {
  return `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
}

export interface Cost {
  /** Processor time, user and system, of the command without the programs that it starts. */
  readonly seconds: number;
  /** The most memory that it held at once. */
  readonly megabytes: number;
}

/**
 * What a command of the shipped terminal program costs.
 * @param folder where it is run
 * @param state where it keeps its runs
 * @param cache where it keeps its cache
 * @param build the folder of the build that is run
 * @throws if it fails; 1 is no failure, for the linter ends so when it has findings
 */
export function costOf(args: readonly string[], folder: string, state: string, cache = state, build = 'dist'): Cost {
  const own = mkdtempSync(join(tmpdir(), 'green-ml-cost-'));
  const hook = join(own, 'hook.cjs');
  // A worker thread loads the hook too, but only the process tells. The system's own maximum counts the memory of whoever
  // started the process, which may be far more: Linux says besides what the program itself had.
  writeFileSync(
    hook,
    `if (require('node:worker_threads').isMainThread) process.on('exit', () => {
  const fs = require('node:fs');
  const used = process.resourceUsage();
  const own = process.platform === 'linux' ? /VmHWM:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8')) : null;
  fs.writeSync(3, JSON.stringify({ ...used, maxRSS: own === null ? used.maxRSS : Number(own[1]) }));
});
`,
  );
  try {
    const { output, status, stderr } = spawnSync(
      process.execPath,
      ['--require', hook, resolve(build, 'cli.js'), ...args],
      {
        cwd: folder,
        env: { ...process.env, XDG_STATE_HOME: state, XDG_CACHE_HOME: cache },
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        encoding: 'utf8',
      },
    );
    if (status !== 0 && status !== 1) throw new Error(stderr);
    const used = JSON.parse(output[3] ?? '') as NodeJS.ResourceUsage;
    return { seconds: (used.userCPUTime + used.systemCPUTime) / 1e6, megabytes: used.maxRSS / 1000 };
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}
