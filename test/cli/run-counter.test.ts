import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '../../src/runs/record';
import { greenMl } from './support';

/**
 * An energy counter that flows at 20 W, and at 50 W once the command has made its file; as a real one, it counts on
 * by itself, and is written whole (the kernel never shows half a number).
 */
const flow = `
const { existsSync, renameSync, writeFileSync } = require('node:fs');
const [counter, mark] = process.argv.slice(1);
let joules = 100;
let last = process.hrtime.bigint();
setInterval(() => {
  const now = process.hrtime.bigint();
  joules += (Number(now - last) / 1e9) * (existsSync(mark) ? 50 : 20);
  last = now;
  writeFileSync(counter + '.new', Math.round(joules * 1e6) + '\\n');
  renameSync(counter + '.new', counter);
}, 10);
`;

describe('cli/run with an energy counter', function () {
  this.timeout(60_000);
  let folder: string;
  let writer: ChildProcess;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-counter-'));
    const zone = join(folder, 'sys/class/powercap/intel-rapl:0');
    await mkdir(zone, { recursive: true });
    await writeFile(join(zone, 'name'), 'package-0\n');
    await writeFile(join(zone, 'max_energy_range_uj'), '262143328850\n');
    await writeFile(join(zone, 'energy_uj'), '100000000\n');
    writer = spawn(process.execPath, ['-e', flow, join(zone, 'energy_uj'), join(folder, 'mark')], { stdio: 'ignore' });
  });
  after(async () => {
    writer.kill();
    await rm(folder, { recursive: true, force: true });
  });

  it("tells the machine's energy, its idle part and that it was measured", async () => {
    // The command reads the counter itself, so that a busy test machine, on which it starts late, changes nothing.
    const burn = `
import sys, time
open(sys.argv[1], "w").close()
count = lambda: int(open(sys.argv[2]).read())
first = count()
end = time.monotonic() + 4
while time.monotonic() < end: pass
print(count() - first)`;
    const options = ['--path.sysfs', join(folder, 'sys'), '--no-record', '--json', join(folder, 'run.json')];
    const counter = join(folder, 'sys/class/powercap/intel-rapl:0/energy_uj');
    const result = await greenMl(['run', ...options, '--', 'python3', '-c', burn, join(folder, 'mark'), counter]);
    assert.equal(result.code, 0, result.stderr);
    const record = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunRecord;
    const cpu = record.sources.find(({ component }) => component === 'cpu');
    assert.equal(cpu?.method, 'counter');
    assert.equal(cpu.name, 'intel-rapl:0');
    const joules = (wattHours: number | null): number => (wattHours ?? NaN) * 3600;
    const seconds = record.durationSeconds;
    const machine = joules(record.machineWh.cpu);
    const seen = Number(result.stdout) / 1e6;
    // Before and after the command's own readings at most 50 W flow.
    assert.ok(
      machine > 0.99 * seen && machine < 1.01 * (seen + 50 * (seconds - 4)),
      `${machine} J in ${seconds} s, ${seen} J seen`,
    );
    const run = joules(record.energyWh.cpu);
    // A busy machine hides its idle level: then it is not told, and the run's share says so.
    if (record.machineWh.idle === null) assert.ok(record.notes.length > 0);
    else assert.ok(run > 0 && run <= 31 * seconds, `${run} J of the run in ${seconds} s`);
  });

  it('models a processor whose counter does not move, and says so', async () => {
    const zone = join(folder, 'vm/class/powercap/intel-rapl:0');
    await mkdir(zone, { recursive: true });
    for (const [name, text] of [
      ['name', 'package-0'],
      ['max_energy_range_uj', '262143328850'],
      ['energy_uj', '0'],
    ] as const)
      await writeFile(join(zone, name), `${text}\n`);
    const root = ['--path.sysfs', join(folder, 'vm')];
    const result = await greenMl([
      'run',
      ...root,
      '--no-record',
      '--json',
      join(folder, 'run.json'),
      '--',
      'python3',
      '-c',
      'sum(range(20_000_000))',
    ]);
    assert.equal(result.code, 0, result.stderr);
    const record = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunRecord;
    assert.deepEqual(
      record.sources.map(({ name }) => name),
      ['cpu-model', 'memory-model'],
    );
    assert.ok((record.energyWh.cpu ?? 0) > 0);
    assert.ok(
      record.notes.some((note) => note.includes('intel-rapl:0 is not used: it does not move')),
      record.notes.join('\n'),
    );
    const { stdout } = await greenMl(['sources', '--json', ...root]);
    const { sources } = JSON.parse(stdout) as {
      sources: { name: string; available: boolean; reason: string | null }[];
    };
    const row = sources.find(({ name }) => name === 'intel-rapl:0');
    assert.equal(row?.available, false);
    assert.match(row.reason ?? '', /does not move/);
  });

  it('takes no figure of a run that is too short to be seen for certain', async () => {
    await greenMl(['run', '--no-record', '--json', join(folder, 'run.json'), '--', 'true']);
    const { energyWh } = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunRecord;
    assert.ok((energyWh.high ?? 0) > (energyWh.low ?? NaN), JSON.stringify(energyWh));
  });

  it('says of another root for /sys or /proc that it is none', async () => {
    for (const option of ['--path.sysfs', '--path.procfs']) {
      for (const [path, why] of [
        [join(folder, 'nowhere'), /the folder does not exist; set --path/],
        [join(folder, 'run.json'), /it is not a folder; set --path/],
      ] as const) {
        const { code, stderr } = await greenMl(['run', option, path, '--no-record', '--', 'true']);
        assert.equal(code, 2);
        assert.match(stderr, why);
        assert.equal((await greenMl(['sources', option, path])).code, 2);
      }
      await mkdir(join(folder, 'empty'), { recursive: true });
      const { code, stderr } = await greenMl(['sources', option, join(folder, 'empty')]);
      assert.equal(code, 0);
      assert.match(stderr, new RegExp(`empty is not the /.* of a machine: it has no .* Check ${option}`));
    }
  });

  it('names the counter among the sources', async () => {
    const { stdout } = await greenMl(['sources', '--json', '--path.sysfs', join(folder, 'sys')]);
    const { version, sources } = JSON.parse(stdout) as {
      version: number;
      sources: { name: string; available: boolean }[];
    };
    assert.equal(version, 1);
    assert.ok(
      sources.some(({ name, available }) => name === 'intel-rapl:0' && available),
      stdout,
    );
    assert.ok(
      sources.some(({ name, available }) => name === 'cpu-model' && !available),
      stdout,
    );
  });
});
