import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { LinuxProcessTable } from '../../src/processes/linux';
import { parseStat } from '../../src/processes/stat-line';
import { linuxMachineCounters, parseProcStat } from '../../src/processes/machine-load';
import { markIn, runMarkVariable } from '../../src/processes/run-mark';
import { TreeTracker } from '../../src/processes/tree-tracker';
import { systemFiles } from '../../src/system/files';
import { FakeFiles } from '../support/fake-files';
import { skip } from '../support/skip';

interface Fields {
  readonly pid: number;
  readonly parent: number;
  readonly name?: string;
  readonly state?: string;
  readonly user?: number;
  readonly system?: number;
  readonly childUser?: number;
  readonly childSystem?: number;
  readonly threads?: number;
  readonly start?: number;
  readonly pages?: number;
}

function stat(fields: Fields): string {
  const { pid, parent, name = 'python3', state = 'S', user = 0, system = 0, childUser = 0, childSystem = 0 } = fields;
  const { threads = 1, start = 5, pages = 0 } = fields;
  return `${pid} (${name}) ${state} ${parent} 77 77 0 -1 4194304 97 0 0 0 ${user} ${system} ${childUser} ${childSystem} 20 0 ${threads} 0 ${start} 3133440 ${pages} 18446744073709551615 1 1 0\n`;
}

describe('processes/linux', () => {
  it('reads a stat line, whatever the name of the program', () => {
    const entry = parseStat(
      stat({
        pid: 42,
        parent: 7,
        name: ') R 1 (evil) S',
        user: 150,
        system: 50,
        childUser: 20,
        childSystem: 5,
        start: 99,
        pages: 10,
      }),
      4096,
    );
    assert.deepEqual(entry, {
      pid: 42,
      parentPid: 7,
      startTime: 99,
      cpuSeconds: 2,
      reapedCpuSeconds: 0.25,
      residentBytes: 40960,
      zombie: false,
      group: 77,
      name: ') R 1 (evil) S',
    });
  });

  it('distinguishes a zombie from a main thread that ended before the others', () => {
    assert.equal(parseStat(stat({ pid: 1, parent: 0, state: 'Z' }), 4096)?.zombie, true);
    assert.equal(parseStat(stat({ pid: 1, parent: 0, state: 'Z', threads: 3 }), 4096)?.zombie, false);
  });

  it('ignores a line that was cut short', () => {
    assert.equal(parseStat('', 4096), null);
    assert.equal(parseStat('12 (python3', 4096), null);
    assert.equal(parseStat(stat({ pid: 1, parent: 0 }).slice(0, 60), 4096), null);
  });

  it('derives the page size from a process whose memory is given in pages and in kilobytes', async () => {
    const files = new FakeFiles({
      '/proc/self/stat': stat({ pid: 9, parent: 1, pages: 100 }),
      '/proc/self/status': 'Name:\tnode\nVmRSS:\t    6400 kB\n',
      '/proc/9/stat': stat({ pid: 9, parent: 1, pages: 100 }),
    });
    const { processes } = await new LinuxProcessTable(files).snapshot(new Set());
    assert.equal(processes.get(9)?.residentBytes, 100 * 65536);
  });

  it('reads watched and new processes each time, and the others now and then', async () => {
    const files = new FakeFiles();
    for (let pid = 1; pid <= 100; pid++) files.set(`/proc/${pid}/stat`, stat({ pid, parent: 0 }));
    const table = new LinuxProcessTable(files);
    await table.snapshot(new Set([4, 5]));
    files.set('/proc/101/stat', stat({ pid: 101, parent: 1 }));
    files.set('/proc/5/stat', { fails: 'ESRCH' });
    files.reads.clear();
    const { processes } = await table.snapshot(new Set([4, 5]));
    assert.equal(processes.size, 100);
    assert.equal(processes.has(5), false);
    assert.equal(files.reads.get('/proc/4/stat'), 1);
    assert.equal(files.reads.get('/proc/101/stat'), 1);
    assert.ok(files.reads.size <= 13, [...files.reads.keys()].join());
    for (let round = 0; round < 13; round++) await table.snapshot(new Set());
    for (let pid = 1; pid <= 101; pid++) assert.ok((files.reads.get(`/proc/${pid}/stat`) ?? 0) >= 1, String(pid));
  });

  describe('with many processes', () => {
    /** 200 processes and one that is watched. The kernel assigns pids in order. */
    async function begin(): Promise<{
      files: FakeFiles;
      table: LinuxProcessTable;
      start: (pid: number, fields?: Partial<Fields>) => void;
    }> {
      const files = new FakeFiles({ '/proc/loadavg': '0.20 0.18 0.12 1/80 200\n' });
      for (let pid = 1; pid <= 200; pid++) files.set(`/proc/${pid}/stat`, stat({ pid, parent: 1 }));
      const start = (pid: number, fields: Partial<Fields> = {}): void => {
        files.set(`/proc/${pid}/stat`, stat({ pid, parent: 200, start: pid, ...fields }));
        files.set(`/proc/${pid}/status`, `Tgid:\t${pid}\nPid:\t${pid}\n`);
        files.set('/proc/loadavg', `0.20 0.18 0.12 1/80 ${pid}\n`);
      };
      const table = new LinuxProcessTable(files);
      await table.snapshot(new Set([200]));
      start(201);
      for (let look = 0; look < 40; look++) await table.snapshot(new Set([200]));
      files.reads.clear();
      return { files, table, start };
    }

    it('finds new processes without a listing', async () => {
      const { files, table, start } = await begin();
      start(203);
      const { processes, since } = await table.snapshot(new Set([200]));
      assert.deepEqual(
        since?.arrived.map(({ pid }) => pid),
        [203],
      );
      assert.equal(processes.size, 202);
      assert.deepEqual([...processes.keys()].sort((a, b) => a - b).slice(-3), [200, 201, 203]);
      assert.deepEqual([...files.reads.keys()].filter((path) => path.endsWith('/stat')).sort(), [
        '/proc/200/stat',
        '/proc/202/stat',
        '/proc/203/stat',
      ]);
    });

    it('does not mistake a thread for a process', async () => {
      const { files, table, start } = await begin();
      start(202);
      files.set('/proc/202/status', 'Tgid:\t200\nPid:\t202\n');
      assert.equal((await table.snapshot(new Set([200]))).processes.has(202), false);
    });

    it('distinguishes a new process from an old one with the same pid', async () => {
      const { table, start } = await begin();
      start(202);
      await table.snapshot(new Set([200]));
      // Pids have wrapped and start again from the lowest.
      start(150, { start: 8000 });
      const { processes, since } = await table.snapshot(new Set([200]));
      assert.equal(processes.get(150)?.startTime, 8000);
      assert.deepEqual(
        since?.arrived.map(({ pid }) => pid),
        [150],
      );
    });

    it('forgets ended processes after some time', async () => {
      const { files, table } = await begin();
      files.remove('/proc/7');
      for (let look = 0; look < 40; look++) await table.snapshot(new Set([200]));
      assert.equal((await table.snapshot(new Set([200]))).processes.has(7), false);
    });

    it('reads everything again before it follows an existing process', async () => {
      const { files, table } = await begin();
      files.set('/proc/9/stat', stat({ pid: 9, parent: 8 }));
      assert.equal((await table.snapshot(new Set([8, 200]))).processes.get(9)?.parentPid, 8);
    });

    it('uses listings if pids are not assigned in order', async () => {
      const { files, table, start } = await begin();
      // A listing reveals such a kernel.
      files.set('/proc/900/stat', stat({ pid: 900, parent: 200 }));
      for (let look = 0; look < 40; look++) await table.snapshot(new Set([200]));
      files.set('/proc/901/stat', stat({ pid: 901, parent: 200 }));
      start(204);
      assert.equal((await table.snapshot(new Set([200]))).processes.has(901), true);
    });
  });

  it('reads the mark of a run from an environment', () => {
    assert.equal(markIn('A=1\0GREEN_ML_RUN_ID=r-7\0B=2\0'), 'r-7');
    assert.equal(markIn('GREEN_ML_RUN_ID=r-7'), 'r-7');
    assert.equal(markIn('MY_GREEN_ML_RUN_ID=r-7\0'), null);
    assert.equal(markIn('A=GREEN_ML_RUN_ID=r-7\0GREEN_ML_RUN_ID=\0'), null);
    assert.equal(markIn(''), null);
  });

  it('reads the mark of a new process without a known parent, and no other environment', async () => {
    const files = new FakeFiles({
      '/proc/5/stat': stat({ pid: 5, parent: 1 }),
      '/proc/1/stat': stat({ pid: 1, parent: 0 }),
    });
    const table = new LinuxProcessTable(files);
    await table.snapshot(new Set([5]));
    files.setAll({
      '/proc/6/stat': stat({ pid: 6, parent: 5 }),
      '/proc/7/stat': stat({ pid: 7, parent: 1 }),
      '/proc/7/environ': 'GREEN_ML_RUN_ID=mine\0',
      '/proc/8/stat': stat({ pid: 8, parent: 1 }),
      '/proc/8/environ': { fails: 'EACCES' },
    });
    const { processes } = await table.snapshot(new Set([5]));
    assert.deepEqual(
      [5, 6, 7, 8].map((pid) => processes.get(pid)?.mark),
      [undefined, undefined, 'mine', undefined],
    );
    assert.deepEqual(
      [...files.reads.keys()].filter((path) => path.endsWith('environ')),
      ['/proc/7/environ', '/proc/8/environ'],
    );
  });

  it('adds up busy time, without idle, I/O wait and stolen time', async () => {
    const text =
      'cpu  100 20 30 5000 400 5 6 700 50 0\ncpu0 50 10 15 2500 200 2 3 350 25 0\ncpu1 50 10 15 2500 200 3 3 350 25 0\nintr 1 2 3\n';
    assert.deepEqual(parseProcStat(text), { busyCpuSeconds: 1.61, logicalCpus: 2 });
    assert.equal(parseProcStat('cpu  100 20'), null);
    const read = linuxMachineCounters(
      new FakeFiles({ '/host/proc/stat': text, '/host/proc/meminfo': 'MemTotal:       24684096 kB\nMemFree: 1 kB\n' }),
      '/host/proc',
    );
    assert.deepEqual(await read(), { busyCpuSeconds: 1.61, logicalCpus: 2, memoryTotalBytes: 24684096 * 1024 });
    assert.equal(await linuxMachineCounters(new FakeFiles())(), null);
  });
});

/** Prints the user and system time, from getrusage, of the program and all children that it waited for. */
const reportRusage = `
import resource
own = resource.getrusage(resource.RUSAGE_SELF)
children = resource.getrusage(resource.RUSAGE_CHILDREN)
print(own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime, flush=True)
`;

/** Runs a Python program under a tracker with a snapshot every 100 ms; resolves to both figures for its CPU time. */
async function compare(
  program: string,
  report = reportRusage,
): Promise<{ readonly counted: number; readonly rusage: number; readonly peak: number }> {
  const table = new LinuxProcessTable(systemFiles);
  const tracker = new TreeTracker({ reaper: process.pid });
  const mark = `test-${process.pid}-${Math.random()}`;
  tracker.adoptMarked(mark);
  let counted = 0;
  let peak = 0;
  const look = async (): Promise<void> => {
    const usage = tracker.update(await table.snapshot(new Set(tracker.watched())));
    counted += usage.cpuSeconds;
    peak = Math.max(peak, usage.processes);
  };
  await look();
  const child = spawn('python3', ['-c', program + report], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, [runMarkVariable]: mark },
  });
  await once(child, 'spawn');
  tracker.addRoot(child.pid!);
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  const closed = once(child, 'close').then(() => true);
  const pause = (): Promise<boolean> => new Promise((resolve) => setTimeout(() => resolve(false), 100));
  do await look();
  while (!(await Promise.race([closed, pause()])));
  await look();
  return { counted, rusage: Number(output.trim()), peak };
}

const burn = 'sum(i * i for i in range(1500000))';

describe('processes/linux with real processes', function () {
  this.timeout(60_000);

  before(function () {
    if (process.platform !== 'linux') skip(this, 'there is no /proc on this platform');
  });

  it('agrees with getrusage on a tree of many short-lived children', async () => {
    const { counted, rusage } = await compare(`
import subprocess, sys
for _ in range(30):
    subprocess.run([sys.executable, '-S', '-c', 'sum(i * i for i in range(200000))'])
`);
    assert.ok(Math.abs(counted / rusage - 1) < 0.1, `counted ${counted} s, getrusage ${rusage} s`);
  });

  it('agrees with getrusage on parallel workers and their children', async () => {
    const { counted, rusage, peak } = await compare(`
import subprocess, sys
inner = 'import subprocess, sys; subprocess.run([sys.executable, "-S", "-c", "${burn}"]); ${burn}'
for worker in [subprocess.Popen([sys.executable, '-S', '-c', inner]) for _ in range(4)]:
    worker.wait()
`);
    assert.ok(Math.abs(counted / rusage - 1) < 0.1, `counted ${counted} s, getrusage ${rusage} s`);
    assert.ok(peak >= 4, `saw ${peak} processes at once`);
  });

  it('agrees with getrusage on a single process', async () => {
    // Long enough to make the end of the process, which getrusage cannot include, a small part.
    const { counted, rusage } = await compare(`${burn}\n`.repeat(6));
    assert.ok(Math.abs(counted / rusage - 1) < 0.1, `counted ${counted} s, getrusage ${rusage} s`);
  });

  it('agrees with getrusage on a daemon that has left its tree, its group and its session', async () => {
    // The root only waits for a figure from the daemon, which no snapshot shows below the root.
    const { counted, rusage } = await compare(
      `
import os, resource, sys
out, done = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() > 0: os._exit(0)
    ${`${burn}; `.repeat(20)}
    own = resource.getrusage(resource.RUSAGE_SELF)
    os.write(done, str(own.ru_utime + own.ru_stime).encode())
    os._exit(0)
os.wait()
daemon = float(os.read(out, 100))
own = resource.getrusage(resource.RUSAGE_SELF)
print(daemon + own.ru_utime + own.ru_stime, flush=True)
`,
      '',
    );
    assert.ok(rusage > 0.3, `the daemon worked ${rusage} s`);
    assert.ok(Math.abs(counted / rusage - 1) < 0.1, `counted ${counted} s, getrusage ${rusage} s`);
  });
});
