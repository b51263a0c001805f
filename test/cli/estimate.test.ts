import assert from 'node:assert/strict';
import { greenMl } from './support';

async function estimate(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await greenMl(['estimate', ...args, '--json']);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

function near(actual: unknown, expected: number): void {
  assert.equal(typeof actual, 'number');
  assert.ok(Math.abs((actual as number) - expected) <= 1e-9 * expected, `${String(actual)} is not ${expected}`);
}

describe('green-ml estimate', function () {
  this.timeout(30_000);

  it('matches Green Algorithms, unrounded in JSON', async () => {
    const json = await estimate(
      '--watts',
      '250',
      '--hours',
      '12',
      '--memory-gb',
      '64',
      '--pue',
      '1.67',
      '--intensity',
      '475',
    );
    assert.equal(json['version'], 1);
    near(json['energyKWh'], 5.487_753_6);
    near(json['operationalGrams'], 5.487_753_6 * 475);
    assert.deepEqual([json['embodiedGrams'], json['sci']], [null, null]);
  });

  it('takes a device of the hardware table, with or without its maker', async () => {
    for (const device of ['H100 SXM', 'nvidia h100 sxm']) {
      const json = await estimate('--device', device, '--count', '8', '--hours', '10', '--location', 'DE');
      assert.deepEqual([json['device'], json['watts']], ['H100 SXM', 700]);
      near(json['energyKWh'], 56);
      near(json['operationalGrams'], 56 * 342);
    }
    assert.equal((await estimate('--device', 'V100', '--hours', '1', '--intensity', '1'))['watts'], 300);
    assert.match(
      JSON.stringify((await estimate('--device', 'TPU v4', '--hours', '1', '--intensity', '1'))['notes']),
      /not TDP/,
    );
  });

  it("counts the provider's PUE in a declared region unless one is given", async () => {
    near(
      (await estimate('--watts', '100', '--hours', '10', '--location', 'aws:eu-north-1'))['operationalGrams'],
      1.09 * 20,
    );
    near(
      (await estimate('--watts', '100', '--hours', '10', '--location', 'aws:eu-north-1', '--pue', '1'))[
        'operationalGrams'
      ],
      20,
    );
  });

  it('gives the SCI with its embodied part', async () => {
    const json = await estimate(
      '--watts',
      '100',
      '--hours',
      '10',
      '--intensity',
      '300',
      '--embodied-kg',
      '1000',
      '--lifespan-hours',
      '35040',
      '--share',
      '0.5',
      '--units',
      '1000',
      '--unit',
      'inference',
    );
    const embodied = 1e6 * (10 / 35_040) * 0.5;
    near(json['embodiedGrams'], embodied);
    const sci = json['sci'] as { value: number; unit: string };
    near(sci.value, (300 + embodied) / 1000);
    assert.equal(sci.unit, 'gCO2e/inference');
    const words = [
      ['Tokens', 'token'],
      ['FLOPs', 'FLOP'],
      ['images', 'image'],
      ['active user', 'active user'],
    ] as const;
    for (const [written, name] of words) {
      const of = (await estimate('--watts', '100', '--hours', '1', '--units', '10', '--unit', written))['sci'] as {
        unit: string;
      };
      assert.equal(of.unit, `gCO2e/${name}`, 'one unit has one name, here and in the report');
    }
  });

  it("takes the device's embodied emissions where the person says how long it lives", async () => {
    const json = await estimate(
      '--device',
      'H100 SXM',
      '--count',
      '8',
      '--hours',
      '10',
      '--intensity',
      '100',
      '--lifespan-hours',
      '35040',
      '--units',
      '10',
      '--unit',
      'run',
    );
    near(json['embodiedGrams'], 8 * 164_000 * (10 / 35_040));
    near((json['sci'] as { value: number }).value, (5600 + 8 * 164_000 * (10 / 35_040)) / 10);
    assert.match(JSON.stringify(json['notes']), /Making one H100 SXM emits 164 kg CO₂e \(NVIDIA HGX H100 PCF summary/);
    const unknown = await estimate(
      '--device',
      'T4',
      '--hours',
      '10',
      '--intensity',
      '100',
      '--lifespan-hours',
      '35040',
    );
    assert.equal(unknown['embodiedGrams'], null);
    assert.match(JSON.stringify(unknown['notes']), /has no effect without --embodied-kg/);
  });

  it('guesses the place from the time zone and says so', async () => {
    const { stdout } = await greenMl(['estimate', '--watts', '100', '--hours', '10'], { TZ: 'Europe/Berlin' });
    assert.match(stdout, /342 g\/kWh \(DE, 2025, lifecycle, Electricity Maps/);
    assert.match(stdout, /guess from the time zone Europe\/Berlin/);
    const world = await greenMl(['estimate', '--watts', '100', '--hours', '10'], { TZ: 'UTC' });
    assert.match(world.stdout, /world's average is assumed/);
    assert.match(world.stdout, /g\/kWh \(place unknown, world average, 2024, /);
    assert.doesNotMatch(world.stdout, /guess/);
    assert.equal(
      (
        JSON.parse(
          (await greenMl(['estimate', '--watts', '100', '--hours', '10', '--json'], { TZ: 'UTC' })).stdout,
        ) as { intensity: { chosenBy: string } }
      ).intensity.chosenBy,
      'none',
    );
  });

  it('says equivalents only when asked, with their source', async () => {
    const args = ['estimate', '--watts', '100', '--hours', '10', '--intensity', '300'];
    assert.doesNotMatch((await greenMl(args)).stdout, /flight/);
    assert.match((await greenMl([...args, '--equivalents'])).stdout, /flight[^]*Green Algorithms/);
  });

  it('meets bad input with one sentence that says what to do', async () => {
    const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
      [['--hours', '1'], /--device NAME or its power with --watts W/],
      [['--watts', '1'], /--hours/],
      [['--watts', '1', '--device', 'T4', '--hours', '1'], /not both/],
      [['--device', 'H100', '--hours', '1'], /can be .*H100 SXM \(700 W\)/],
      [['--device', 'H200 SMX', '--hours', '1'], /did you mean NVIDIA H200 SXM/],
      [['--device', 'qqqqqqqq', '--hours', '1'], /not in the hardware table; give its power with --watts\./],
      [['--watts', '1', '--hours', '1', '--pue', '0.9'], /1 or more/],
      [['--watts', '1', '--hours', '1', '--usage', '1.5'], /0 to 1/],
      [['--watts', 'many', '--hours', '1'], /above 0/],
      [['--watts', '1', '--hours', '-1'], /above 0/],
      [['--watts', '1', '--hours', '1', '--location', 'Germny'], /did you mean DE/],
      [['--watts', '1', '--hours', '1', '--embodied-kg', '5'], /--lifespan-hours/],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await greenMl(['estimate', ...args]);
      assert.equal(code, 2, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    }
  });
});
