import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Journal } from '../../src/runs/journal/journal';
import type { RunRecord } from '../../src/runs/record';
import { skip } from '../support/skip';
import { cli, greenMl } from './support';

const busy = 'import time\nend = time.process_time() + 1.5\nwhile time.process_time() < end: pass';

describe('cli/run', function () {
  this.timeout(60_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-run-'));
    env = { XDG_STATE_HOME: join(folder, 'state') };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Runs a line of shell, which finds Node as $0 and the command line as $1, in a process group of its own. */
  function shellProcess(line: string, environment: NodeJS.ProcessEnv, ...args: string[]) {
    return spawn('/bin/sh', ['-c', line, process.execPath, cli, ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  }

  async function shell(line: string, environment: NodeJS.ProcessEnv): Promise<{ code: number | null; stderr: string }> {
    const child = shellProcess(line, environment);
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stderr };
  }

  const json = async (): Promise<RunRecord> =>
    JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunRecord;

  it('measures a training script, prints one summary line and writes the record of the contract', async () => {
    const script = resolve('examples/train.py');
    const result = await greenMl(
      ['run', '--json', join(folder, 'run.json'), '--', 'python3', script, '--seconds', '4'],
      env,
    );
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /^Epoch 1\//m);
    assert.match(result.stderr, /^⚡ ~?[\d.]+ k?W · ~?[\d.]+ m?Wh · .*\n$/);
    const record = await json();
    assert.equal(record.version, 1);
    assert.equal(record.name, 'train.py');
    assert.deepEqual(record.command, ['python3', script, '--seconds', '4']);
    assert.equal(record.status, 'completed');
    assert.equal(record.scope, 'run');
    assert.ok(record.durationSeconds > 2 && record.meter.samples >= 2);
    const { total, cpu, low, high } = record.energyWh;
    assert.ok(total !== null && cpu !== null && low !== null && high !== null);
    assert.ok(0 < cpu && cpu <= total && low <= total && total <= high);
    assert.ok(
      record.machineWh.total !== null && total + (record.machineWh.idle ?? 0) <= record.machineWh.total * (1 + 1e-9),
    );
    assert.ok(Math.abs((record.averageWatts ?? 0) - (total * 3600) / record.durationSeconds) < 1e-9);
    assert.ok(record.sources.length > 0 && record.processes.peak >= 1);
  });

  it('keeps a record whose energy is the integral of its samples', async () => {
    await greenMl(['run', '--interval', '200', '--', 'python3', '-c', busy], env);
    const journal = new Journal(join(folder, 'state', 'green-ml'));
    const [id] = await journal.ids();
    const stored = await journal.read(id!);
    assert.ok(stored && stored.samples.length > 3);
    const integral = stored.samples.reduce((sum, { run }) => sum + (run.total ?? 0), 0) / 3600;
    assert.ok(Math.abs((stored.record.energyWh.total ?? 0) - integral) <= 0.01 * integral);
    const listed = JSON.parse((await greenMl(['runs', 'list', '--json'], env)).stdout) as { runs: RunRecord[] };
    assert.deepEqual(listed.runs, [stored.record]);
    const shown = await greenMl(['runs', 'show', 'last'], env);
    assert.equal(shown.code, 0);
    assert.match(shown.stdout, /The meter itself/);
  });

  it('tells the command its own energy in a file that is fresh every second and gone at the end', async () => {
    const script = [
      'import json, os, time',
      'path = os.environ["GREEN_ML_RUN_FILE"]',
      'first = json.load(open(path))',
      'end = time.time() + 3.2',
      'seen = {}',
      'while time.time() < end:',
      '    figures = json.load(open(path)); seen[figures["updatedAt"]] = figures["energyWh"]; sum(range(100000))',
      'print(json.dumps({"path": path, "first": first, "seen": list(seen.values())}))',
    ].join('\n');
    const result = await greenMl(['run', '--json', join(folder, 'run.json'), '--', 'python3', '-c', script], env);
    assert.equal(result.code, 0, result.stderr);
    const { path, first, seen } = JSON.parse(result.stdout) as {
      path: string;
      first: { version: number };
      seen: (number | null)[];
    };
    assert.equal(first.version, 1);
    const known = seen.filter((energy) => energy !== null);
    assert.ok(known.length >= 2, JSON.stringify(seen));
    assert.deepEqual(
      known,
      [...known].sort((a, b) => a - b),
    );
    assert.ok(known.at(-1)! > 0 && known.at(-1)! <= (await json()).energyWh.total!);
    assert.equal(existsSync(path), false);
  });

  it('gives each trial of 0.3 s its own energy, where the command asks for fresh figures', async () => {
    const script = [
      'import json, os, time',
      'def energy():',
      '    path = os.environ["GREEN_ML_RUN_FILE"]; open(path + ".ask", "w").close()',
      '    while os.path.exists(path + ".ask"): time.sleep(0.005)',
      '    return json.load(open(path))["energyWh"]',
      'trials = []',
      'for seconds in [0.3, 0.3, 0.6, 0.3, 0.1, 0.6, 0.3, 0.3]:',
      '    before, cpu = energy(), time.process_time()',
      '    while time.process_time() - cpu < seconds: sum(range(10000))',
      '    trials.append([time.process_time() - cpu, energy() - before])',
      'print(json.dumps(trials))',
    ].join('\n');
    // Without counters the model stands, in which a run's energy above idle goes by its CPU time: truth to compare with.
    const sysfs = await mkdtemp(join(tmpdir(), 'green-ml-sysfs-'));
    const result = await greenMl(['run', '--path.sysfs', sysfs, '--', 'python3', '-c', script], env);
    await rm(sysfs, { recursive: true });
    assert.equal(result.code, 0, result.stderr);
    const trials = JSON.parse(result.stdout) as [number, number][];
    const [cpu, used] = [0, 1].map((column) => trials.reduce((sum, trial) => sum + trial[column]!, 0)) as [
      number,
      number,
    ];
    for (const [seconds, energy] of trials) {
      const expected = (used * seconds) / cpu;
      // The kernel counts in steps of 10 ms: two of them at each end.
      const tolerance = 0.15 + 0.04 / seconds;
      assert.ok(Math.abs(energy - expected) < tolerance * expected, JSON.stringify(trials));
    }
  });

  it('gives a sleeping command next to nothing and a busy one its CPU time', async () => {
    await greenMl(['run', '--json', join(folder, 'run.json'), '--', 'sleep', '1.5'], env);
    const sleeping = await json();
    await greenMl(['run', '--json', join(folder, 'run.json'), '--', 'python3', '-c', busy], env);
    const working = await json();
    assert.ok(
      (sleeping.energyWh.cpu ?? NaN) < 0.05 * (working.energyWh.cpu ?? 0),
      `${sleeping.energyWh.cpu} and ${working.energyWh.cpu}`,
    );
  });

  it('counts the processes and the memory of a command that ends within the first second', async () => {
    await greenMl(['run', '--json', join(folder, 'run.json'), '--', 'true'], env);
    const short = await json();
    assert.equal(short.processes.peak, 1);
    assert.ok(short.durationSeconds > 0 && short.energyWh.total !== null);
    await greenMl(['run', '--json', join(folder, 'run.json'), '--', 'sh', '-c', 'sleep 0.9 & sleep 0.9 & wait'], env);
    const several = await json();
    assert.equal(several.processes.peak, 3);
    assert.ok((several.energyWh.memory ?? 0) > 0);
  });

  it('lists what could not be known', async () => {
    await mkdir(join(folder, 'proc'));
    await greenMl(
      ['run', '--path.procfs', join(folder, 'proc'), '--json', join(folder, 'run.json'), '--', 'sleep', '0.3'],
      env,
    );
    const { energyWh, missing, gaps } = await json();
    assert.equal(energyWh.cpu, null);
    assert.deepEqual(
      [...new Set(missing.map(({ component }) => component))].sort(),
      ['cpu', 'memory'],
      JSON.stringify(missing),
    );
    assert.ok(gaps.length > 0 && gaps.every(({ component }) => component === 'cpu'));
  });

  it('passes on exit codes, signals, standard streams and arguments untouched', async () => {
    const code = await greenMl(['run', '--quiet', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7'], env);
    assert.deepEqual(code, { code: 7, stdout: 'out\n', stderr: 'err\n' });
    const killed = await greenMl(
      ['run', '--quiet', '--json', join(folder, 'run.json'), '--', 'sh', '-c', 'kill -TERM $$'],
      env,
    );
    assert.equal(killed.code, 143);
    assert.equal((await json()).exitCode, 143);
    const args = await greenMl(['run', '--quiet', '--', 'printf', '%s|', '--json', 'a b', '', '--', '-x'], env);
    assert.equal(args.stdout, '--json|a b||--|-x|');
  });

  it('writes the record to standard output behind what the command has printed, also into a file', async () => {
    for (const target of ['-', '/dev/stdout']) {
      const { code, stdout, stderr } = await greenMl(
        ['run', '--quiet', '--json', target, '--', 'echo', 'trained'],
        env,
      );
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^trained\n\{\n/);
      assert.equal((JSON.parse(stdout.slice('trained\n'.length)) as RunRecord).exitCode, 0);
    }
    const into = await shell(
      `exec "$0" "$1" run --quiet --json /dev/stdout -- echo trained > "${join(folder, 'out.txt')}"`,
      env,
    );
    assert.equal(into.code, 0, into.stderr);
    assert.match(await readFile(join(folder, 'out.txt'), 'utf8'), /^trained\n\{\n/);
    assert.deepEqual((await readdir(folder)).sort(), ['out.txt', 'state']);
  });

  it('outlives its terminal under nohup, and lets the command do so', async function () {
    if (process.platform === 'win32') skip(this, 'there is no SIGHUP on Windows');
    const waiting = 'echo ready; while [ ! -e "$1" ]; do sleep 0.05; done; echo survived';
    const stop = join(folder, 'stop');
    // Bash and zsh name the program that they start in `_`.
    for (const start of ['exec env _=/usr/bin/nohup nohup "$0" "$1" run', 'trap "" HUP; "$0" "$1" run']) {
      const shown: string[] = [];
      const child = shellProcess(
        `${start} --quiet --json "$2" -- sh -c '${waiting}' sh "${stop}"`,
        env,
        join(folder, 'run.json'),
      );
      child.stdout.on('data', (chunk) => shown.push(String(chunk)));
      while (!shown.join('').includes('ready')) await new Promise((done) => setTimeout(done, 20));
      // As the kernel does it when a terminal closes: the whole process group.
      process.kill(-child.pid!, 'SIGHUP');
      process.kill(-child.pid!, 'SIGHUP');
      await writeFile(stop, '');
      await once(child, 'close');
      assert.match(shown.join(''), /survived/, start);
      assert.equal((await json()).exitCode, 0);
      await rm(stop);
      await rm(join(folder, 'run.json'));
    }
    const missing = await shell('trap "" HUP; "$0" "$1" run -- no-such-command-here', env);
    assert.match(missing.stderr, /^green-ml: cannot start "no-such-command-here": command not found;/);
  });

  it('counts all of its own CPU time', async () => {
    await greenMl(['run', '--quiet', '--json', join(folder, 'run.json'), '--', 'sleep', '0.3'], env);
    // Node alone takes 30 ms and more to start; the samples of a third of a second take a few.
    const { cpuSeconds } = (await json()).meter;
    assert.ok(cpuSeconds !== null && cpuSeconds > 0.03, `${cpuSeconds} s`);
  });

  it('says in one sentence that a command cannot be started, and leaves nothing behind', async () => {
    const result = await greenMl(['run', '--json', join(folder, 'run.json'), '--', 'no-such-command-here'], env);
    assert.deepEqual(result, {
      code: 2,
      stdout: '',
      stderr: 'green-ml: cannot start "no-such-command-here": command not found; check its spelling and your PATH.\n',
    });
    assert.deepEqual(await readdir(folder), []);
  });

  it('says in one sentence that a command is empty or that the record cannot go where it shall, before anything runs', async () => {
    const bad: readonly (readonly [string[], RegExp])[] = [
      [['--', ''], /^green-ml: the command is empty; give one after "--", .*\n$/],
      [
        ['--json', folder, '--', 'touch', join(folder, 'ran')],
        /^green-ml: .* is a folder; give a file with --json\.\n$/,
      ],
      [['--json', '', '--', 'touch', join(folder, 'ran')], /is a folder; give a file with --json\.\n$/],
    ];
    for (const [args, expected] of bad) {
      const { code, stderr } = await greenMl(['run', ...args], env);
      assert.equal(code, 2, stderr);
      assert.match(stderr, expected);
    }
    assert.deepEqual(await readdir(folder), []);
  });

  it('makes no home directory for want of one, and none where the kernel lets nobody make folders', async () => {
    for (const HOME of [join(folder, 'nobody'), '']) {
      const { code, stderr } = await greenMl(['run', '--', 'true'], { XDG_STATE_HOME: undefined, HOME });
      assert.equal(code, 0);
      assert.match(stderr, /^green-ml: there is no home directory, so no record is kept; set XDG_STATE_HOME/);
    }
    assert.deepEqual(await readdir(folder), []);
    const { code, stderr } = await greenMl(['run', '--', 'true'], { XDG_STATE_HOME: '/proc/nobody' });
    assert.equal(code, 0);
    assert.match(
      stderr,
      /^green-ml: The record of this run cannot be written to \/proc\/nobody\/green-ml\/runs \(E[A-Z]+\)\. The measurement continues\./,
    );
  });

  it('goes on measuring where the record cannot be written, and says so once', async () => {
    await writeFile(join(folder, 'state'), 'a file where a folder should be');
    const result = await greenMl(['run', '--json', join(folder, 'run.json'), '--', 'python3', '-c', busy], env);
    assert.equal(result.code, 0);
    const lines = result.stderr.trim().split('\n');
    assert.equal(lines.length, 2, result.stderr);
    assert.match(lines[0]!, /^green-ml: The record of this run cannot be written to .*\. The measurement continues\./);
    assert.ok(((await json()).energyWh.total ?? 0) > 0);
  });

  it('keeps the git commit of the folder, and whether its files were changed', async () => {
    const git = (...args: readonly string[]): string =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { encoding: 'utf8' });
    git('init', '-q');
    await writeFile(join(folder, 'train.py'), '');
    git('add', 'train.py');
    git('commit', '-q', '-m', 'x');
    const commit = git('rev-parse', 'HEAD').trim();
    const run = ['run', '--quiet', '--json', 'run.json', '--', process.execPath, '-e', ''];
    await greenMl(run, env, folder);
    assert.deepEqual((await json()).git, { commit, dirty: false });
    await writeFile(join(folder, 'train.py'), 'changed');
    await greenMl(run, env, folder);
    assert.deepEqual((await json()).git, { commit, dirty: true });
    const shown = await greenMl(['runs', 'show', 'last'], env, folder);
    assert.match(shown.stdout, new RegExp(`^- Code: commit ${commit.slice(0, 8)} with uncommitted changes$`, 'm'));
    const kept = await readdir(join(folder, 'state', 'green-ml', 'runs'));
    const lines = await readFile(join(folder, 'state', 'green-ml', 'runs', kept[0] ?? ''), 'utf8');
    assert.doesNotMatch(lines, /master|main|branch|refs/);
  });

  it('keeps no record when told so', async () => {
    await greenMl(['run', '--no-record', '--', 'true'], env);
    assert.deepEqual(await readdir(folder), []);
  });

  it('refuses what it does not understand with exit code 2 and a sentence', async () => {
    const bad: readonly (readonly [string[], RegExp])[] = [
      [['run'], /missing required argument/],
      [['run', '--pue', '0.9', '--', 'true'], /number of 1 or more/],
      [['run', '--pue', '1000000000', '--', 'true'], /number of at most 10\b/],
      [['run', '--intensity', '1e308', '--', 'true'], /number of at most 20000\b/],
      [['run', '--intensity', 'green', '--', 'true'], /number of 0 or more/],
      [['run', '--budget', '5 apples', '--', 'true'], /5Wh/],
      [['run', '--interval', '1', '--', 'true'], /100 to 60000/],
      [
        ['run', '--json', join(folder, 'none', 'run.json'), '--', 'true'],
        /give a file in an existing, writable folder/,
      ],
      [['runs', 'show', 'nothing'], /there is no run "nothing"/],
      [['rnu'], /unknown command 'rnu'/],
    ];
    for (const [args, expected] of bad) {
      const { code, stderr, stdout } = await greenMl(args, env);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, expected);
      assert.equal(stdout, '');
    }
  });

  it('counts the machine with --scope machine and puts the PUE into emissions alone', async () => {
    const options = ['--scope', 'machine', '--intensity', '500', '--pue', '1.2', '--json', join(folder, 'run.json')];
    await greenMl(['run', ...options, '--', 'python3', '-c', busy], env);
    const { machineWh, emissionsGrams, intensity, pue, scope, averageWatts, durationSeconds } = await json();
    assert.equal(scope, 'machine');
    assert.equal(pue, 1.2);
    assert.equal(intensity?.basis, 'given');
    const wattHours = machineWh.total ?? NaN;
    assert.ok(Math.abs((emissionsGrams?.value ?? 0) - (wattHours / 1000) * 1.2 * 500) < 1e-9);
    assert.ok(Math.abs((averageWatts ?? 0) - (wattHours * 3600) / durationSeconds) < 1e-9);
  });

  it('interrupts once at the budget, so that the command can save its work', async () => {
    const saving = `
import signal, sys, time
def save(*_):
    print("saved", flush=True)
    sys.exit(5)
signal.signal(signal.SIGINT, save)
end = time.monotonic() + 20
while time.monotonic() < end: pass`;
    const result = await greenMl(
      ['run', '--budget', '0.3mWh', '--on-budget', 'interrupt', '--interval', '200', '--', 'python3', '-c', saving],
      env,
    );
    assert.equal(result.stdout, 'saved\n');
    assert.equal(result.code, 5);
    assert.match(result.stderr, /has used its budget of .*\. The command was interrupted/);
  });

  it('keeps a cap on time, and budgets that several runs draw on', async () => {
    const saving =
      'import signal, sys, time\nsignal.signal(signal.SIGINT, lambda *_: sys.exit(5))\nwhile True: time.sleep(0.05)';
    const capped = await greenMl(
      ['run', '--quiet', '--budget', '0.05min', '--on-budget', 'interrupt', '--', 'python3', '-c', saving],
      env,
    );
    assert.equal(capped.code, 5, capped.stderr);
    assert.match(capped.stderr, /python3 has used its budget of 3 s\. The command was interrupted \(SIGINT\)/);
    for (const option of ['--budget-day', '--budget-project']) {
      const told = await greenMl(['run', '--quiet', option, '0.05min', '--', 'sleep', '0.4'], env);
      assert.equal(told.code, 0);
      assert.match(
        told.stderr,
        /^green-ml: Other runs have used the (day|project)'s budget of 3 s\. The command continues\.$/m,
      );
      const refused = await greenMl(
        ['run', option, '0.05min', '--on-budget', 'interrupt', '--', 'touch', join(folder, 'ran')],
        env,
      );
      assert.equal(refused.code, 2);
      assert.match(
        refused.stderr,
        /^green-ml: other runs have used the (day|project)'s budget of 3 s, so the command was not started;/,
      );
    }
    const elsewhere = await greenMl(
      ['run', '--quiet', '--budget-project', '0.05min', '--', 'sleep', '0.4'],
      env,
      folder,
    );
    assert.equal(elsewhere.stderr, '');
    assert.ok(!existsSync(join(folder, 'ran')));
  });

  it('lists the runs beside a damaged record', async () => {
    await greenMl(['run', '--quiet', '--', 'true'], env);
    await writeFile(join(folder, 'state/green-ml/runs/00000000T000000Z-bad.jsonl'), 'garbage\n');
    const result = await greenMl(['runs', 'list'], env);
    assert.equal(result.code, 0);
    assert.match(
      result.stderr,
      /^green-ml: .*-bad\.jsonl holds no readable run; delete the file if you do not need it\.\n$/,
    );
    assert.equal(result.stdout.trim().split('\n').length, 1);
  });

  it('says what to do when the journal itself cannot be read', async () => {
    await mkdir(join(folder, 'state/green-ml'), { recursive: true });
    await writeFile(join(folder, 'state/green-ml/runs'), '');
    await chmod(join(folder, 'state/green-ml/runs'), 0o000);
    const { code, stderr } = await greenMl(['runs', 'list'], env);
    assert.equal(code, 2);
    assert.match(stderr, /^green-ml: the recorded runs in .* cannot be read \(ENOTDIR\); check its permissions\.\n$/);
  });
});
