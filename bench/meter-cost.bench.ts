import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHook } from 'node:async_hooks';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPower } from '../src/power/machine';
import { TreeTracker } from '../src/processes/tree-tracker';
import { systemClock } from '../src/system/clock';
import { systemFiles } from '../src/system/files';
import { printLoad } from './support';

/** Seconds that each meter is watched; a few samples of 1 Hz are too few for CPU times in steps of milliseconds. */
const windowSeconds = 30;
const crowd = 2000;
const codecarbonVersion = '3.3.2';
const codecarbonFolder = join('.vscode-test', 'codecarbon');

/** What the meter costs itself at one sample a second, beside CodeCarbon's cost on the same machine in the same run. */
export async function run(): Promise<void> {
  printLoad();
  const shipped = process.platform === 'linux' ? await measureShipped(windowSeconds) : null;
  if (shipped === null) console.log('green-ml run: not measured, for this system does not count CPU time by thread.');
  else
    console.log(
      `green-ml run, a run of a few processes: ${percent(shipped.first)} of one core at 1 Hz in the first ${windowSeconds} s, then ${percent(shipped.settled)}; it wakes ${shipped.wakeUps.toFixed(1)} times a second`,
    );
  const calm = await measureOurs(windowSeconds);
  print('the sampler alone, in this process', calm);
  const others = spawn('/bin/sh', ['-c', `for i in $(seq ${crowd}); do sleep 600 & done; wait`], {
    stdio: 'ignore',
    detached: true,
  });
  try {
    await seconds(5);
    print(`the sampler alone, beside ${crowd} other processes`, await measureOurs(windowSeconds));
  } finally {
    end(others);
  }
  const codecarbon = measureCodecarbon(windowSeconds);
  if (codecarbon === null) console.log('CodeCarbon: not measured, for PyPI cannot be reached from here.');
  else {
    console.log(
      `CodeCarbon ${codecarbonVersion}, one measurement a second: ${percent(codecarbon.first)} of one core in the first ${windowSeconds} s, then ${percent(codecarbon.settled)}`,
    );
    const ours = shipped ?? calm;
    console.log(
      `Green ML costs ${(ours.first / codecarbon.first).toFixed(2)} times that at first, then ${(ours.settled / codecarbon.settled).toFixed(2)} times.`,
    );
  }
}

/** CPU time / time, in the first window, in which programs still warm up and tidy their memory, and in the next. */
interface Shares {
  readonly first: number;
  readonly settled: number;
}

interface Cost extends Shares {
  /** Milliseconds that one turn of the event loop held the thread: the longest, and the 99th percentile. */
  readonly longest: number;
  readonly p99: number;
  readonly processes: number;
}

/** What `green-ml run` costs from 2 s after its start, with the processes that it starts for itself. */
async function measureShipped(duration: number): Promise<Shares & { readonly wakeUps: number }> {
  const state = mkdtempSync(join(tmpdir(), 'green-ml-bench-'));
  const meter = spawn(
    process.execPath,
    [join('dist', 'cli.js'), 'run', '--', '/bin/sh', '-c', 'while true; do sleep 0.5; done'],
    { stdio: 'ignore', detached: true, env: { ...process.env, XDG_STATE_HOME: state } },
  );
  try {
    await seconds(2);
    const begin = useOf(meter.pid ?? 0);
    await seconds(duration);
    const middle = useOf(meter.pid ?? 0);
    await seconds(duration);
    const last = useOf(meter.pid ?? 0);
    return {
      first: (middle.seconds - begin.seconds) / duration,
      settled: (last.seconds - middle.seconds) / duration,
      wakeUps: (last.wakeUps - middle.wakeUps) / duration,
    };
  } finally {
    end(meter);
    rmSync(state, { recursive: true, force: true });
  }
}

/** CPU time of a process and its children, but not of the measured shell, and how often they went to sleep. */
function useOf(meter: number): { readonly seconds: number; readonly wakeUps: number } {
  let nanoseconds = 0;
  let wakeUps = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const [name, parent] = nameAndParent(pid);
    if (Number(pid) !== meter && (parent !== meter || name === 'sh')) continue;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const folder = `/proc/${pid}/task/${thread}`;
      nanoseconds += Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]);
      wakeUps += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`${folder}/status`, 'utf8'))?.[1]);
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

/** The whole CPU time of this process, which does nothing else meanwhile. */
async function measureOurs(duration: number): Promise<Cost> {
  const child = spawn('/bin/sh', ['-c', `i=0; while [ $i -lt ${duration * 8} ]; do sleep 0.5; i=$((i+1)); done`], {
    stdio: 'ignore',
    detached: true,
  });
  const power = await openPower({ files: systemFiles, clock: systemClock, platform: process.platform });
  const tree = new TreeTracker();
  let processes = 0;
  const subscription = await power.sampler.subscribe({
    tree,
    intervalMilliseconds: 1000,
    onSample: (_sample, usage) => (processes = Math.max(processes, usage?.processes ?? 0)),
  });
  if (child.pid !== undefined) tree.addRoot(child.pid);
  await seconds(2);
  const first = await ownShare(duration);
  const settled = await ownShare(duration);
  // Apart from the above, for timing every turn of the event loop costs more than the meter.
  const blocks = watchBlocks();
  await seconds(duration);
  const lengths = blocks.end();
  subscription.end();
  power.dispose();
  end(child);
  return {
    first,
    settled,
    longest: lengths.at(-1) ?? 0,
    p99: lengths[Math.floor(lengths.length * 0.99)] ?? 0,
    processes,
  };
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

/** CodeCarbon's own CPU time and that of its helpers at one measurement a second; null where it cannot be had. */
function measureCodecarbon(duration: number): Shares | null {
  const python = join(codecarbonFolder, 'bin', 'python');
  if (!existsSync(python)) {
    spawnSync('python3', ['-m', 'venv', codecarbonFolder]);
    spawnSync(python, ['-m', 'pip', 'install', '--quiet', `codecarbon==${codecarbonVersion}`]);
  }
  const script = `
import resource, time
from codecarbon import OfflineEmissionsTracker
def used():
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
tracker = OfflineEmissionsTracker(country_iso_code="DEU", measure_power_secs=1, save_to_file=False, log_level="error", allow_multiple_runs=True)
tracker.start()
time.sleep(2)
for _ in range(2):
    before, began = used(), time.monotonic()
    time.sleep(${duration})
    print((used() - before) / (time.monotonic() - began))
tracker.stop()
`;
  const { stdout, status } = spawnSync(python, ['-c', script], { encoding: 'utf8' });
  const [first, settled] = stdout.trim().split('\n').slice(-2).map(Number);
  return status === 0 && first !== undefined && settled !== undefined ? { first, settled } : null;
}

function print(title: string, { first, settled, longest, p99, processes }: Cost): void {
  console.log(
    `${title}: ${percent(first)} of one core at 1 Hz in the first ${windowSeconds} s, then ${percent(settled)} (limit 0.5 %); longest hold of the thread ${longest.toFixed(1)} ms (limit 5 ms), 99 % below ${p99.toFixed(1)} ms; up to ${processes} processes followed`,
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)} %`;
}

function seconds(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration * 1000));
}

function end(child: ChildProcess): void {
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
}
