import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeNvidia } from '../../src/power/nvidia';
import { parseGpuLine, parseProcessLine } from '../../src/power/nvidia-smi';
import type { PowerSource, ProbeResult, ReadContext, SourceReading } from '../../src/power/source';
import { systemClock } from '../../src/system/clock';
import { systemPrograms } from '../../src/system/spawn';
import { FakeClock, settle } from '../support/fake-clock';
import { skip } from '../support/skip';
import { FakePrograms, type FakeProgram } from '../support/fake-programs';

const one = 'GPU-11111111-aaaa-bbbb-cccc-000000000001';
const two = 'GPU-22222222-aaaa-bbbb-cccc-000000000002';

/** A fake driver's tool with one or two cards, that a test feeds second by second. */
class FakeDriver {
  readonly clock = new FakeClock();
  readonly programs = new FakePrograms();
  source: PowerSource | null = null;

  constructor(installed = true) {
    if (installed) this.programs.installed.add('nvidia-smi');
  }

  get query(): FakeProgram {
    return this.programs.started.filter(({ args }) => args[0]?.startsWith('--query-gpu') === true).at(-1)!;
  }

  get pmon(): FakeProgram {
    return this.programs.started.filter(({ args }) => args[0] === 'pmon').at(-1)!;
  }

  gpu(uuid: string, watts: string, utilisation = '50', name = 'NVIDIA GeForce RTX 3090'): void {
    this.query.line(`${uuid}, ${watts}, ${utilisation}, ${uuid === one ? 0 : 1}, ${name}, 350.00`);
  }

  async open(first: () => void = () => this.gpu(one, '100.00')): Promise<ProbeResult> {
    const opening = probeNvidia({
      programs: this.programs,
      clock: this.clock,
      patienceMilliseconds: 700,
      resolvePid: (pid) => ({ kind: 'here', pid }),
      isPresent: true,
    });
    await settle();
    if (this.programs.started[0]?.stopped === false) first();
    await settle();
    await this.clock.advance(0.7);
    const result = await opening;
    this.source = result.source;
    await this.read(0);
    return result;
  }

  async read(seconds: number, late = false): Promise<readonly SourceReading[]> {
    const context: ReadContext = { seconds, late, load: null };
    return (await this.source?.read(context)) ?? [];
  }

  /** One second passes, in which the tool says something. */
  async second(say: () => void): Promise<readonly SourceReading[]> {
    await this.clock.advance(1);
    say();
    return this.read(1);
  }
}

function joules(reading: SourceReading | undefined): number {
  assert.equal(reading?.outcome.kind, 'energy');
  return reading.outcome.joules;
}

function gapReason(reading: SourceReading | undefined): string {
  assert.equal(reading?.outcome.kind, 'gap');
  return reading.outcome.reason;
}

describe('power/nvidia', () => {
  it('parses what the tool says, and only whole figures', () => {
    assert.deepEqual(parseGpuLine(`${one}, 97.25, 40, 0, NVIDIA H100 80GB HBM3, 700.00, 22528, 81559`), {
      uuid: one,
      watts: 97.25,
      utilisationPercent: 40,
      index: 0,
      name: 'NVIDIA H100 80GB HBM3',
      limitWatts: 700,
      memory: { usedBytes: 22_528 * 2 ** 20, totalBytes: 81_559 * 2 ** 20 },
    });
    // A processor with memory of its own for all.
    assert.equal(parseGpuLine(`${one}, 9, 40, 0, NVIDIA GB10, [N/A], [N/A], [N/A]`)?.memory, null);
    assert.equal(parseGpuLine(`${one}, [N/A], [Not Supported], 0, X, [N/A]`)?.watts, null);
    assert.equal(parseGpuLine(`${one}, [Unknown Error], 3`)?.watts, null);
    assert.equal(parseGpuLine(`${one}, 4294967.29, 3`)?.watts, null);
    for (const line of ['', one, `${one}, 9`, 'NVIDIA-SMI has failed because …', 'No devices were found'])
      assert.equal(parseGpuLine(line), null);
  });

  it('reads decimals that are written with a comma', () => {
    assert.deepEqual(
      parseGpuLine(`${one}, 97,25, 40, 3, NVIDIA H100 80GB HBM3, 700,00, 1, 2`),
      parseGpuLine(`${one}, 97.25, 40, 3, NVIDIA H100 80GB HBM3, 700.00, 1, 2`),
    );
    assert.deepEqual(parseGpuLine(`${one}, [N/A], 40, 3, NVIDIA H100 80GB HBM3, 700,00`)?.limitWatts, 700);
  });

  it('does not believe a thousandth of what the board draws, whatever it does', async () => {
    const driver = new FakeDriver();
    await driver.open(() => driver.gpu(one, '0.25', '95'));
    for (let at = 0; at < 4; at++) {
      const [reading] = await driver.second(() => driver.gpu(one, '0.25', '95'));
      assert.equal(reading?.outcome.kind, 'unknown');
      assert.match(reading.outcome.reason, /too low to be true \(perhaps in another unit\)/);
    }
    driver.source?.dispose();
  });

  it('parses who computes', () => {
    assert.deepEqual(parseProcessLine('    0     4321     C     87     40      -      -      -      -    python3'), {
      gpu: 0,
      pid: 4321,
      kind: 'C',
      smPercent: 87,
      command: 'python3',
    });
    assert.deepEqual(
      parseProcessLine('    1          -     -      -      -      -      -      -      -    -              '),
      { gpu: 1, pid: null, kind: '-', smPercent: null, command: null },
    );
    assert.deepEqual(parseProcessLine('    0       99   C+G      -      -      -      -    X')?.smPercent, null);
    assert.equal(
      parseProcessLine('# gpu         pid   type     sm    mem    enc    dec    jpg    ofa    command '),
      null,
    );
  });

  it('integrates the power of each GPU, by its UUID', async () => {
    const driver = new FakeDriver();
    const { availability } = await driver.open(() => {
      driver.gpu(one, '100.00');
      driver.gpu(two, '50.00');
    });
    assert.deepEqual(
      availability.map(({ name, available }) => [name, available]),
      [
        [one, true],
        [two, true],
      ],
    );
    const readings = await driver.second(() => {
      driver.gpu(two, '50.00');
      driver.gpu(one, '300.00');
    });
    assert.deepEqual(
      readings.map(({ source }) => source.name),
      [one, two],
    );
    assert.deepEqual(readings.map(joules), [200, 50]);
    assert.equal(driver.programs.started.length, 2, 'one tool for power, one for processes, whatever happens');
  });

  it('meets a trace of power within 2 %', async () => {
    const driver = new FakeDriver();
    await driver.open();
    let [told, truth, before] = [0, 0, 100];
    for (let second = 1; second <= 120; second++) {
      const watts = 200 + 150 * Math.sin(second / 7);
      told += joules((await driver.second(() => driver.gpu(one, watts.toFixed(2))))[0]);
      truth += (before + watts) / 2;
      before = watts;
    }
    assert.ok(Math.abs(told / truth - 1) < 0.02);
  });

  it('says unknown of a GPU that tells no power, and that it is not available', async () => {
    const driver = new FakeDriver();
    const { availability } = await driver.open(() => driver.gpu(one, '[N/A]', '10'));
    assert.equal(availability[0]?.available, false);
    const [reading] = await driver.second(() => driver.gpu(one, '[N/A]', '10'));
    assert.equal(reading?.outcome.kind, 'unknown');
  });

  it('makes a gap of a figure that is missing for once', async () => {
    const driver = new FakeDriver();
    await driver.open();
    assert.match(gapReason((await driver.second(() => driver.gpu(one, '[N/A]')))[0]), /no figure/);
    assert.equal(joules((await driver.second(() => driver.gpu(one, '100.00')))[0]), 100);
  });

  it('passes over a line that was cut short', async () => {
    const driver = new FakeDriver();
    await driver.open();
    assert.equal(joules((await driver.second(() => driver.query.line(`${one}, 1`)))[0]), 100);
    assert.equal(joules((await driver.second(() => driver.gpu(one, '100.00')))[0]), 100);
  });

  it('ends a tool that hangs and starts it again; the silence is a gap', async () => {
    const driver = new FakeDriver();
    await driver.open();
    const hanging = driver.query;
    let told = 0;
    const reasons = new Set<string>();
    for (let second = 1; second <= 12; second++) {
      const [reading] = await driver.second(() => undefined);
      if (reading?.outcome.kind === 'energy') told += reading.outcome.joules;
      else reasons.add(gapReason(reading));
    }
    assert.ok(told <= 300, `${told} J told of 3 s that a reading may stand for`);
    assert.ok(reasons.has('the sensor stopped responding'));
    assert.equal(hanging.stopped, true);
    assert.notEqual(driver.query, hanging);
    assert.equal(joules((await driver.second(() => driver.gpu(one, '80.00')))[0]), 80);
  });

  it('waits longer each time before it starts a tool again that fails', async () => {
    const driver = new FakeDriver();
    await driver.open();
    const starts: number[] = [];
    let known = driver.query;
    known.end('exit 9');
    for (let second = 1; second <= 40; second++) {
      const [reading] = await driver.second(() => {
        if (driver.query === known) return;
        known = driver.query;
        starts.push(second);
        known.end('exit 9');
      });
      assert.match(gapReason(reading), /exit 9/);
    }
    assert.deepEqual(starts, [1, 3, 7, 15, 31]);
  });

  it('says nothing more of a GPU that has vanished while another goes on', async () => {
    const driver = new FakeDriver();
    await driver.open(() => {
      driver.gpu(one, '100.00');
      driver.gpu(two, '50.00');
    });
    let told = 0;
    let readings: readonly SourceReading[] = [];
    for (let second = 1; second <= 40; second++) {
      readings = await driver.second(() => driver.gpu(one, '100.00'));
      const gone = readings.find(({ source }) => source.name === two);
      if (gone?.outcome.kind === 'energy') told += gone.outcome.joules;
    }
    assert.ok(told <= 150);
    assert.deepEqual(
      readings.map(({ source }) => source.name),
      [one],
    );
  });

  it('shares a GPU by the time of each process on its multiprocessors', async () => {
    const driver = new FakeDriver();
    await driver.open();
    const [reading] = await driver.second(() => {
      driver.gpu(one, '100.00');
      driver.pmon.line('# gpu        pid  type    sm   mem   enc   dec   command');
      driver.pmon.line('    0       7001     C    60    20     -     -   python3');
      driver.pmon.line('    0       7002     C    20    20     -     -   python3');
    });
    assert.deepEqual(
      reading?.users,
      new Map([
        [7001, 0.75],
        [7002, 0.25],
      ]),
    );
  });

  it('shares it equally where the driver tells no times, with those who compute before those who draw', async () => {
    const driver = new FakeDriver();
    await driver.open();
    const [reading] = await driver.second(() => {
      driver.gpu(one, '100.00');
      driver.pmon.line('    0       7001     C     -     -     -     -   python3');
      driver.pmon.line('    0       7002     C     -     -     -     -   python3');
      driver.pmon.line('    0        900     G     -     -     -     -   Xorg');
    });
    assert.deepEqual(
      reading?.users,
      new Map([
        [7001, 0.5],
        [7002, 0.5],
      ]),
    );
  });

  it('cannot tell who uses a GPU that works for nobody it can name, as in a container', async () => {
    const driver = new FakeDriver();
    await driver.open();
    const nobody = '    0          -     -     -     -     -     -   -';
    const [busy] = await driver.second(() => {
      driver.gpu(one, '100.00', '93');
      driver.pmon.line(nobody);
    });
    assert.equal(busy?.users, null);
    const [idle] = await driver.second(() => {
      driver.gpu(one, '20.00', '0');
      driver.pmon.line(nobody);
    });
    assert.deepEqual(idle?.users, new Map());
    driver.pmon.end('exit 1');
    const [silent] = await driver.second(() => driver.gpu(one, '20.00', '0'));
    assert.equal(silent?.users, null);
  });

  it('forgets a process that is no longer named', async () => {
    const driver = new FakeDriver();
    await driver.open();
    await driver.second(() => {
      driver.gpu(one, '100.00');
      driver.pmon.line('    0       7001     C    60    20     -     -   python3');
    });
    let reading: SourceReading | undefined;
    for (let second = 0; second < 3; second++) {
      [reading] = await driver.second(() => {
        driver.gpu(one, '100.00');
        driver.pmon.line('    0       7002     C    30    20     -     -   python3');
      });
    }
    assert.deepEqual(reading?.users, new Map([[7002, 1]]));
  });

  it('ends its tools when nobody listens and starts them for the next', async () => {
    const driver = new FakeDriver();
    await driver.open();
    driver.source?.pause();
    assert.ok(driver.programs.started.every(({ stopped }) => stopped));
    await driver.clock.advance(600);
    assert.equal(driver.programs.started.length, 2);
    await driver.read(0);
    assert.equal(driver.programs.started.length, 4);
    assert.equal(joules((await driver.second(() => driver.gpu(one, '70.00')))[0]), 70);
    driver.source?.dispose();
    assert.equal(driver.clock.pending, 0);
  });

  it('tells why there is nothing to read', async () => {
    const none = new FakeDriver(false);
    assert.match((await none.open()).availability[0]?.reason ?? '', /nvidia-smi, .* is not installed/);
    const broken = new FakeDriver();
    const { source, availability } = await broken.open(() => broken.query.end('exit 9'));
    assert.equal(source, null);
    assert.match(availability[0]?.reason ?? '', /driver is not running/);
    assert.equal(broken.clock.pending, 0);
    const silent = new FakeDriver();
    const late = await silent.open(() => undefined);
    assert.match(late.availability[0]?.reason ?? '', /has not answered yet/);
    late.source?.dispose();
    assert.ok(silent.query.stopped);
  });

  it('says for each exit of the tool what it means and what to do', async () => {
    for (const [problem, reason, enable] of [
      ['exit 18', /different versions/, /Restart the machine/],
      ['exit 15', /fallen off the bus/, /restarted/],
      ['exit 12', /NVML/, /Install/],
      ['exit 255', /exit 255/, null],
    ] as const) {
      const driver = new FakeDriver();
      const { source, availability, missing } = await driver.open(() => driver.query.end(problem));
      assert.equal(source, null);
      assert.match(availability[0]?.reason ?? '', reason);
      if (enable === null) assert.equal(availability[0]?.enable, null);
      else assert.match(availability[0]?.enable ?? '', enable);
      assert.equal(missing?.length, 1);
    }
  });

  it('says that there is no GPU where tool and bus agree, and only there', async () => {
    for (const [isPresent, line, exit, isMissing] of [
      [false, 'No devices were found', null, false],
      [false, 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.', 'exit 9', false],
      [null, 'No devices were found', null, true],
      [true, 'No devices were found', null, true],
      [false, 'Failed to initialize NVML: Driver/library version mismatch', 'exit 18', true],
    ] as const) {
      const { programs, clock } = new FakeDriver();
      const resolvePid = (pid: number) => ({ kind: 'here', pid }) as const;
      const opening = probeNvidia({ programs, clock, patienceMilliseconds: 700, isPresent, resolvePid });
      await settle();
      programs.started[0]!.line(line);
      programs.started[0]!.end(exit);
      const { missing = [], availability } = await opening;
      assert.equal(missing.length === 1, isMissing, `${isPresent} ${line}`);
      assert.equal(availability[0]?.available, false);
    }
  });

  it('says what stands in place of a GPU in its answer, as on Jetson boards', async () => {
    const driver = new FakeDriver();
    const { source, availability } = await driver.open(() =>
      driver.query.line('[N/A], [N/A], [N/A], 0, Orin (nvgpu), [N/A]'),
    );
    assert.equal(source, null);
    assert.match(availability[0]?.reason ?? '', /lists no GPU .*Orin \(nvgpu\).*Jetson/);
  });

  it('asks for the parts of a card that tells no utilisation, and counts it whole and shared', async () => {
    const driver = new FakeDriver();
    driver.programs.answers.set('nvidia-smi -L', {
      stdout: `GPU 0: NVIDIA A100 (UUID: ${one})\n  MIG 1g.5gb Device 0: (UUID: MIG-7089d0f3-293f-58c9-8f8c-5ea666eedbde)\n`,
      problem: null,
    });
    const { source } = await driver.open(() => driver.gpu(one, '100.00', '[N/A]', 'NVIDIA A100'));
    await settle();
    const [reading] = await driver.second(() => driver.gpu(one, '100.00', '[N/A]', 'NVIDIA A100'));
    assert.deepEqual([reading?.device?.parts, reading?.users], [['MIG-7089d0f3-293f-58c9-8f8c-5ea666eedbde'], null]);
    await driver.second(() => driver.gpu(one, '100.00', '[N/A]', 'NVIDIA A100'));
    assert.equal(driver.programs.ran.filter((each) => each === 'nvidia-smi -L').length, 1);
    source?.dispose();
    const whole = new FakeDriver();
    await whole.open();
    await whole.second(() => whole.gpu(one, '100.00'));
    assert.deepEqual(whole.programs.ran, [], 'a card with a utilisation is whole');
    whole.source?.dispose();
  });

  it('lets GPUs join late, with gaps until then', async () => {
    const driver = new FakeDriver();
    const { source } = await driver.open(() => undefined);
    assert.ok(source);
    assert.deepEqual(
      source.descriptions.map(({ component, name }) => [component, name]),
      [['gpu', 'nvidia-smi']],
    );
    for (let at = 0; at < 5; at++)
      assert.match(gapReason((await driver.second(() => undefined))[0]), /not answered yet/);
    assert.ok(
      driver.programs.started.every(({ stopped }) => !stopped),
      'it is not started anew',
    );
    await driver.second(() => driver.gpu(one, '100.00'));
    assert.equal(joules((await driver.second(() => driver.gpu(one, '100.00')))[0]), 100);
    assert.deepEqual(
      source.descriptions.map(({ name }) => name),
      [one],
    );
    source.dispose();
  });

  it('counts a GPU whole as soon as a part of its work is done under a number that means nothing here', async () => {
    const driver = new FakeDriver();
    const opening = probeNvidia({
      programs: driver.programs,
      clock: driver.clock,
      patienceMilliseconds: 700,
      isPresent: true,
      resolvePid: (pid) =>
        pid === 17 ? { kind: 'here', pid } : pid === 900 ? { kind: 'elsewhere' } : { kind: 'unknown' },
    });
    await settle();
    driver.gpu(one, '300.00', '95');
    await settle();
    await driver.clock.advance(0.7);
    driver.source = (await opening).source;
    await driver.read(0);
    const usersOf = async (...pids: readonly number[]): Promise<ReadonlyMap<number, number> | null | undefined> => {
      // What was named before is forgotten after some seconds.
      for (let at = 0; at < 3; at++) await driver.second(() => driver.gpu(one, '300.00', '95'));
      const [reading] = await driver.second(() => {
        driver.gpu(one, '300.00', '95');
        for (const pid of pids) driver.pmon.line(`    0   ${pid}     C    40    20     -     -   python3`);
      });
      assert.equal(reading?.utilisation, 0.95);
      return reading.users;
    };
    assert.equal(await usersOf(4711), null, 'a number of the host, in a container');
    assert.deepEqual(await usersOf(900), new Map(), "somebody else's alone");
    assert.deepEqual(await usersOf(17, 900), new Map([[17, 0.5]]));
    assert.equal(await usersOf(17, 4711), null, "the other half may be the run's too");
    assert.equal(await usersOf(900, 4711), null);
    driver.source?.dispose();
  });

  it('does not believe 0 W of a card that computes, nor more than twice its limit', async () => {
    const driver = new FakeDriver();
    await driver.open();
    await driver.second(() => driver.gpu(one, '0.00', '90'));
    assert.match(
      gapReason((await driver.second(() => driver.gpu(one, '0.00', '90')))[0]),
      /0 W although it is 90 % busy/,
    );
    assert.equal(parseGpuLine(`${one}, 900.00, 90, 0, X, 350.00`)?.watts, null);
    assert.equal(parseGpuLine(`${one}, -5.00, 90, 0, X, 350.00`)?.watts, null);
    assert.equal(parseGpuLine(`${one}, 0.00, 0, 0, X, 350.00`)?.watts, 0);
  });

  it('says of a figure that cannot be what it was', async () => {
    for (const nonsense of ['1000000.00', '-12.50', '900.00']) {
      const driver = new FakeDriver();
      await driver.open();
      const [reading] = await driver.second(() => driver.gpu(one, nonsense));
      assert.equal(gapReason(reading), `nvidia-smi reports ${nonsense} W, which the GPU cannot draw`);
      assert.deepEqual(reading?.outcome.kind === 'gap' && reading.outcome.atMostJoules, 350);
    }
  });

  it('never measures 0 W, at rest neither', async () => {
    const driver = new FakeDriver();
    const { availability } = await driver.open(() => driver.gpu(one, '0.00', '0'));
    assert.equal(availability[0]?.available, false);
    const [reading] = await driver.second(() => driver.gpu(one, '0.00', '0'));
    assert.match(
      reading?.outcome.kind === 'unknown' ? reading.outcome.reason : '',
      /reports 0 W, although a GPU that is on always draws power/,
    );
  });

  it('does not believe a figure that is the same at rest and at work, until it moves', async () => {
    const driver = new FakeDriver();
    await driver.open();
    for (let at = 0; at < 4; at++)
      assert.equal(joules((await driver.second(() => driver.gpu(one, '100.00', '1')))[0]), 100);
    let last: SourceReading | undefined;
    for (let at = 0; at < 4; at++) [last] = await driver.second(() => driver.gpu(one, '100.00', '97'));
    assert.match(gapReason(last), /100 W both at rest and at work/);
    assert.equal(joules((await driver.second(() => driver.gpu(one, '240.00', '97')))[0]), 240);
  });

  it('believes a figure that stands still under a steady load', async () => {
    const driver = new FakeDriver();
    await driver.open(() => driver.gpu(one, '300.00', '95'));
    for (let at = 0; at < 60; at++)
      assert.equal(joules((await driver.second(() => driver.gpu(one, '300.00', '95')))[0]), 300);
  });

  it('says once of a GPU that has vanished that it no longer counts', async () => {
    const driver = new FakeDriver();
    await driver.open(() => {
      driver.gpu(one, '100.00');
      driver.gpu(two, '50.00');
    });
    const reasons: string[] = [];
    for (let second = 1; second <= 60; second++) {
      const readings = await driver.second(() => {
        driver.gpu(one, '100.00');
        if (second > 50) driver.gpu(two, '50.00');
      });
      for (const { source, outcome } of readings)
        if (source.name === two && outcome.kind === 'unknown') reasons.push(outcome.reason);
      if (second === 60) assert.deepEqual(readings.map(joules), [100, 50], 'it has come back');
    }
    assert.equal(reasons.length, 1);
    assert.match(reasons[0] ?? '', /no longer listed/);
  });

  it('tells what the GPU says of its utilisation in the interval', async () => {
    const driver = new FakeDriver();
    await driver.open();
    await driver.second(() => driver.gpu(one, '100.00', '10'));
    const [reading] = await driver.second(() => {
      driver.gpu(one, '100.00', '60');
      driver.gpu(one, '100.00', '80');
    });
    assert.equal(reading?.utilisation, 0.7);
    assert.equal(
      (await driver.second(() => undefined))[0]?.utilisation,
      0.8,
      'the last line holds, for its lines come once a second',
    );
    assert.equal((await driver.second(() => driver.gpu(one, '100.00', '[N/A]')))[0]?.utilisation, null);
  });

  it('says why GPUs that were awaited do not come', async () => {
    const driver = new FakeDriver();
    const { source } = await driver.open(() => undefined);
    await driver.second(() => undefined);
    const [reading] = await driver.second(() => driver.query.end('exit 18'));
    assert.match(reading?.outcome.kind === 'unknown' ? reading.outcome.reason : '', /different versions/);
    source?.dispose();
  });

  it('gives a slow tool a minute for its first line', async () => {
    const driver = new FakeDriver();
    await driver.open(() => undefined);
    for (let second = 1; second <= 50; second++) await driver.second(() => undefined);
    assert.equal(driver.programs.started.filter(({ args }) => args[0]?.startsWith('--query-gpu') === true).length, 1);
    await driver.second(() => driver.gpu(one, '100.00'));
    assert.equal(joules((await driver.second(() => driver.gpu(one, '100.00')))[0]), 100);
  });
});

describe('power/nvidia with a real program', function () {
  this.timeout(30_000);
  const path = process.env['PATH'];

  let folder: string;

  before(async function () {
    if (process.platform === 'win32') skip(this, 'the stand-in for nvidia-smi is a script with a shebang');
    // Nothing in the current folder is a helper program.
    folder = await mkdtemp(join(tmpdir(), 'green-ml-nvidia-'));
    await copyFile('test/fixtures/nvidia/nvidia-smi', join(folder, 'nvidia-smi'));
    process.env['PATH'] = `${folder}:${path ?? ''}`;
    process.env['FAKE_GPU_PID'] = String(process.pid);
  });
  after(async () => {
    process.env['PATH'] = path;
    delete process.env['FAKE_GPU_PID'];
    await rm(folder, { recursive: true, force: true });
  });

  it('reads two GPUs and their users through one program each for power and processes', async () => {
    const { source } = await probeNvidia({
      programs: systemPrograms,
      clock: systemClock,
      patienceMilliseconds: 20_000,
      resolvePid: (pid) => ({ kind: 'here', pid }),
      isPresent: null,
    });
    assert.ok(source !== null);
    const pids = source.helpers ?? [];
    try {
      await source.read({ seconds: 0, late: false, load: null });
      let readings: readonly SourceReading[] = [];
      const began = systemClock.monotonicSeconds();
      for (let at = began, turn = 0; turn < 100 && ((readings[0]?.users ?? null) === null || turn < 5); turn++) {
        await new Promise((done) => setTimeout(done, 200));
        const now = systemClock.monotonicSeconds();
        readings = await source.read({ seconds: now - at, late: false, load: null });
        for (const [index, watts] of [120, 30].entries()) {
          assert.ok(Math.abs(joules(readings[index]) / (now - at) / watts - 1) < 0.02);
        }
        at = now;
      }
      assert.equal(pids.length, 2);
      assert.deepEqual(readings[0]?.users, new Map([[process.pid, 1]]));
      assert.deepEqual(readings[1]?.users, new Map());
    } finally {
      source.dispose();
    }
    assert.deepEqual(source.helpers, []);
  });
});
