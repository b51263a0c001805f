import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHook } from 'node:async_hooks';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPower } from '../src/power/machine';
import { TreeTracker } from '../src/processes/tree-tracker';
import { systemClock } from '../src/system/clock';
import { systemFiles } from '../src/system/files';
import { builds, printLoad } from './support';

/** Seconds after its start from which a meter is watched, at which it counts as settled, and until which it is watched. */
const [begun, settledAt, ended] = [5, 60, 90];
/** Seconds for what needs few samples: turns of the event loop, and the sampler beside many processes. */
const [turnsSeconds, crowdSeconds] = [5, 10];
const crowd = 2000;
const codecarbonVersion = '3.3.2';
const codecarbonFolder = join('.vscode-test', 'codecarbon');

/**
 * What the meter costs itself at one sample a second: the shipped command, the sampler alone and CodeCarbon, all three
 * at the same time on the same machine, so that whatever else it does slows all of them.
 */
export async function run(): Promise<void> {
  printLoad();
  const codecarbon = process.platform === 'linux' ? await startCodecarbon() : null;
  const calm = await Sampling.begin('exec sleep 600');
  const shipped = process.platform === 'linux' ? builds().map(startShipped) : [];
  try {
    const [theirs = null, ...all] = await watch([codecarbon, ...shipped], (shares) => {
      print('the sampler alone, in this process', shares);
    });
    const ours = all.at(-1) ?? null;
    if (ours === null) console.log('green-ml run: not measured, for this system does not count CPU time by thread.');
    for (const [index, build] of builds().entries()) {
      const shares = all[index] ?? null;
      if (shares !== null) print(`green-ml run, a run of a few processes, ${build}`, shares);
    }
    if (theirs === null) console.log('CodeCarbon: not measured, for PyPI cannot be reached from here.');
    else print(`CodeCarbon ${codecarbonVersion}, one measurement a second`, theirs);
    if (ours !== null && theirs !== null)
      console.log(
        `Green ML costs ${(ours.first / theirs.first).toFixed(2)} times that in the first minute, then ${(ours.settled / theirs.settled).toFixed(2)} times.`,
      );
  } finally {
    for (const each of [...shipped, codecarbon]) if (each !== null) end(each.process);
  }
  await printTurns('the sampler alone', calm);
  calm.end();
  await measureCrowd();
}

/** CPU time / time, in the first minute without the start, and after it; null where they are not counted. */
interface Shares {
  readonly first: number;
  readonly settled: number;
  readonly wakeUps: number | null;
}

/** A running meter. */
interface Meter {
  readonly process: ChildProcess;
  use(): Use | Promise<Use>;
}

/** Watches meters and this process, from the start of all of them. */
async function watch(
  meters: readonly (Meter | null)[],
  printOwn: (shares: Shares) => void,
): Promise<readonly (Shares | null)[]> {
  const marks: { readonly at: number; readonly uses: readonly Use[]; readonly own: readonly [number, number] }[] = [];
  const own = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const began = systemClock.monotonicSeconds();
  for (const mark of [begun, settledAt, ended]) {
    await seconds(began + mark - systemClock.monotonicSeconds());
    // Reading the others must not count as the sampler's.
    const before = own();
    const uses = await Promise.all(meters.map(async (meter) => (await meter?.use()) ?? { seconds: 0, wakeUps: 0 }));
    marks.push({ at: systemClock.monotonicSeconds(), uses, own: [before, own()] });
  }
  const [a, b, c] = marks;
  if (a === undefined || b === undefined || c === undefined) throw new Error('no marks');
  const share = (from: typeof a, to: typeof a, used: number): number => used / (to.at - from.at);
  printOwn({ first: share(a, b, b.own[0] - a.own[1]), settled: share(b, c, c.own[0] - b.own[1]), wakeUps: null });
  return meters.map((meter, index) => {
    const [x, y, z] = [a.uses[index], b.uses[index], c.uses[index]];
    if (meter === null || x === undefined || y === undefined || z === undefined) return null;
    if (z.seconds <= y.seconds || y.seconds <= x.seconds) throw new Error('a meter did nothing, or has ended');
    return {
      first: share(a, b, y.seconds - x.seconds),
      settled: share(b, c, z.seconds - y.seconds),
      wakeUps: share(a, c, z.wakeUps - x.wakeUps),
    };
  });
}

function startShipped(build: string): Meter {
  const state = mkdtempSync(join(tmpdir(), 'green-ml-bench-'));
  const meter = spawn(
    process.execPath,
    [join(build, 'cli.js'), 'run', '--', '/bin/sh', '-c', 'while true; do sleep 0.5; done'],
    { stdio: 'ignore', detached: true, env: { ...process.env, XDG_STATE_HOME: state } },
  );
  meter.once('exit', () => rmSync(state, { recursive: true, force: true }));
  return { process: meter, use: () => useOf(meter.pid ?? 0) };
}

interface Use {
  readonly seconds: number;
  readonly wakeUps: number;
}

/** CPU time of a process and its children, but not of the measured shell, and how often they went to sleep. */
function useOf(meter: number): Use {
  let nanoseconds = 0;
  let wakeUps = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const [name, parent] = nameAndParent(pid);
    if (Number(pid) !== meter && (parent !== meter || name === 'sh')) continue;
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const folder = `/proc/${pid}/task/${thread}`;
        nanoseconds += Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]);
        wakeUps += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`${folder}/status`, 'utf8'))?.[1]);
      }
    } catch {
      // It has ended meanwhile.
    }
  }
  return { seconds: nanoseconds / 1e9, wakeUps };
}

function nameAndParent(pid: string): readonly [name: string, parent: number] {
  try {
    const [, name = '', parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return [name, Number(parent)];
  } catch {
    return ['', 0]; // It has ended meanwhile.
  }
}

/** The sampler in this process, which follows a command of the shell. */
class Sampling {
  /** The most processes that it followed. */
  processes = 0;

  private constructor(private readonly stop: () => void) {}

  static async begin(script: string): Promise<Sampling> {
    const child = spawn('/bin/sh', ['-c', script], { stdio: 'ignore', detached: true });
    const power = await openPower({
      files: systemFiles,
      clock: systemClock,
      platform: process.platform,
      dedicatedProcess: true,
    });
    const tree = new TreeTracker();
    const sampling = new Sampling(() => {
      subscription.end();
      power.dispose();
      end(child);
    });
    const subscription = await power.sampler.subscribe({
      tree,
      intervalMilliseconds: 1000,
      onSample: (_sample, usage) => (sampling.processes = Math.max(sampling.processes, usage?.processes ?? 0)),
    });
    if (child.pid !== undefined) tree.addRoot(child.pid);
    return sampling;
  }

  end(): void {
    this.stop();
  }
}

/** The sampler alone in this process beside many processes that it must tell apart from those of its run. */
async function measureCrowd(): Promise<void> {
  const others = spawn('/bin/sh', ['-c', `for i in $(seq ${crowd}); do sleep 600 & done; wait`], {
    stdio: 'ignore',
    detached: true,
  });
  try {
    await seconds(5);
    const sampling = await Sampling.begin('while true; do sleep 0.5; done');
    await seconds(2);
    const share = await ownShare(crowdSeconds);
    const title = `the sampler alone, beside ${crowd} other processes`;
    console.log(`${title}: ${percent(share)} of one core (limit 0.5 %)`);
    await printTurns(title, sampling);
    sampling.end();
  } finally {
    end(others);
  }
}

/** How long one turn of the event loop holds the thread. Apart from the rest: timing each costs more than the meter. */
async function printTurns(title: string, { processes }: Sampling): Promise<void> {
  const blocks = watchBlocks();
  await seconds(turnsSeconds);
  const lengths = blocks.end();
  console.log(
    `${title}: longest hold of the thread ${(lengths.at(-1) ?? 0).toFixed(1)} ms (limit 5 ms), 99 % below ${(lengths[Math.floor(lengths.length * 0.99)] ?? 0).toFixed(1)} ms; up to ${processes} processes followed`,
  );
}

async function ownShare(duration: number): Promise<number> {
  const before = process.cpuUsage();
  const began = systemClock.monotonicSeconds();
  await seconds(duration);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / (systemClock.monotonicSeconds() - began);
}

/**
 * Times every callback of the event loop; `end` gives their lengths in milliseconds, the shortest first. Time in which
 * the machine let others run is not the meter's: a length is never more than the CPU time that passed.
 */
function watchBlocks(): { end(): number[] } {
  const lengths: number[] = [];
  let depth = 0;
  let began = 0n;
  let cpuBegan: NodeJS.CpuUsage = { user: 0, system: 0 };
  const hook = createHook({
    before: () => {
      if (depth++ > 0) return;
      cpuBegan = process.cpuUsage();
      began = process.hrtime.bigint();
    },
    after: () => {
      if (--depth > 0) return;
      const elapsed = Number(process.hrtime.bigint() - began) / 1e6;
      const { user, system } = process.cpuUsage(cpuBegan);
      lengths.push(Math.min(elapsed, (user + system) / 1000));
    },
  }).enable();
  return {
    end: () => {
      hook.disable();
      return lengths.sort((a, b) => a - b);
    },
  };
}

/** CodeCarbon at one measurement a second, once it has begun; null where it cannot be had. */
async function startCodecarbon(): Promise<Meter | null> {
  const python = join(codecarbonFolder, 'bin', 'python');
  if (!existsSync(python)) {
    spawnSync('python3', ['-m', 'venv', codecarbonFolder]);
    spawnSync(python, ['-m', 'pip', 'install', '--quiet', `codecarbon==${codecarbonVersion}`]);
  }
  if (spawnSync(python, ['-c', 'import codecarbon']).status !== 0) return null;
  const script = `
import resource, sys
from codecarbon import OfflineEmissionsTracker
tracker = OfflineEmissionsTracker(country_iso_code="DEU", measure_power_secs=1, save_to_file=False, log_level="error", allow_multiple_runs=True)
tracker.start()
print('started', flush=True)
for _ in sys.stdin:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(sum(u.ru_utime + u.ru_stime for u in used), sum(u.ru_nvcsw for u in used), flush=True)
`;
  const tracker = spawn(python, ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  await once(tracker.stdout, 'data');
  // It measures in threads that end each time, whose times only the process itself can tell.
  const use = async (): Promise<Use> => {
    tracker.stdin.write('\n');
    const [line] = (await once(tracker.stdout, 'data')) as [Buffer];
    const [used = NaN, wakeUps = NaN] = line.toString().split(' ').map(Number);
    return { seconds: used, wakeUps };
  };
  return { process: tracker, use };
}

function print(title: string, { first, settled, wakeUps }: Shares): void {
  const woken = wakeUps === null ? '' : `; it wakes ${wakeUps.toFixed(1)} times a second`;
  console.log(
    `${title}: ${percent(first)} of one core at 1 Hz from ${begun} s to ${settledAt} s after its start, then ${percent(settled)}${woken}`,
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)} %`;
}

function seconds(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration * 1000));
}

function end(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
}
