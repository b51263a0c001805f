import assert from 'node:assert/strict';
import { greenMl } from './support';

interface Candidate {
  readonly provider: string;
  readonly region: string;
  readonly country: string;
  readonly gramsPerITKWh: number;
  readonly kgForJob: number | null;
}

interface Advice {
  readonly version: number;
  readonly from: string | null;
  readonly candidates: readonly Candidate[];
  readonly best: Readonly<Record<'anywhere' | 'withinLimits' | 'sameCountry' | 'atPrice', Candidate | null>>;
  readonly starts?: readonly { readonly region: string; readonly start: string; readonly gramsPerITKWh: number }[];
  readonly attribution: string;
}

async function regions(...args: string[]): Promise<Advice> {
  const { code, stdout, stderr } = await greenMl(['regions', ...args, '--json']);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Advice;
}

describe('green-ml regions', function () {
  this.timeout(30_000);

  it('prints the contract, sorted and unrounded', async () => {
    const { version, from, candidates, best, attribution } = await regions(
      '--provider',
      'aws',
      '--from',
      'us-east-1',
      '--kwh',
      '1000',
    );
    assert.deepEqual([version, from], [1, 'aws:us-east-1']);
    const [first] = candidates;
    assert.deepEqual(Object.keys(first ?? {}), [
      'provider',
      'region',
      'location',
      'country',
      'zone',
      'intensity',
      'intensityLow',
      'intensityHigh',
      'year',
      'pue',
      'puePublished',
      'gramsPerITKWh',
      'gramsPerITKWhLow',
      'gramsPerITKWhHigh',
      'kgForJob',
      'savingPercent',
      'rttMs',
      'egressUsd',
      'costUsd',
      'cfePercent',
      'access',
      'tieWithPrevious',
    ]);
    assert.deepEqual(
      [first?.region, best.anywhere?.region, best.sameCountry?.region],
      ['eu-north-1', 'eu-north-1', 'us-west-2'],
    );
    assert.ok(Math.abs((first?.kgForJob ?? 0) - 21.8) < 1e-9);
    const grams = candidates.map(({ gramsPerITKWh }) => gramsPerITKWh);
    assert.deepEqual(
      grams,
      [...grams].sort((a, b) => a - b),
    );
    assert.match(attribution, /Open Database License/);
  });

  it('takes the provider from the region in use, and limits by country and distance', async () => {
    const { candidates } = await regions('--from', 'gcp:europe-west3', '--within', 'EU', '--max-rtt', '30');
    assert.deepEqual([...new Set(candidates.map(({ provider }) => provider))], ['gcp']);
    assert.ok(
      candidates.some(({ country }) => country === 'FR') &&
        !candidates.some(({ country }) => country === 'GB' || country === 'FI'),
    );
  });

  it('ranks regions together with their cleanest start', async () => {
    const { starts } = await regions('--provider', 'aws', '--within', 'ES,DE', '--hours', '4');
    assert.deepEqual(
      starts?.map(({ region }) => region),
      ['eu-south-2', 'eu-central-1'],
    );
    assert.match(starts[0]?.start ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
  });

  it('names one region by money and carbon at the price that was given, and adds the embodied share', async () => {
    const dear = await regions(
      '--provider',
      'aws',
      '--from',
      'us-east-1',
      '--kwh',
      '100',
      '--data-gb',
      '500',
      '--carbon-price',
      '1000',
      '--embodied-kg',
      '5',
    );
    assert.equal(dear.best.atPrice?.region, 'eu-north-1');
    assert.ok(Math.abs((dear.best.atPrice.kgForJob ?? 0) - (5 + 2.18 + (500 * 0.001 * (418 + 20)) / 2 / 1000)) < 1e-9);
    const cheap = await regions(
      '--provider',
      'aws',
      '--from',
      'us-east-1',
      '--kwh',
      '100',
      '--data-gb',
      '500',
      '--carbon-price',
      '10',
    );
    assert.equal(cheap.best.atPrice?.region, 'us-east-1');
    const { stdout } = await greenMl([
      'regions',
      '--provider',
      'aws',
      '--from',
      'us-east-1',
      '--kwh',
      '100',
      '--data-gb',
      '50',
      '--carbon-price',
      '100',
    ]);
    assert.match(stdout, /^Best at 100 USD\/t +aws:\S+, .*, costs \d+\.\d\d USD/m);
  });

  it('reads well: headlines, table, attribution', async () => {
    const { stdout } = await greenMl([
      'regions',
      '--provider',
      'aws',
      '--from',
      'us-east-1',
      '--kwh',
      '100',
      '--data-gb',
      '50',
    ]);
    assert.match(stdout, /^Best anywhere +aws:eu-north-1, .*: 21\.8 g\/IT-kWh, 95 % less than aws:us-east-1$/m);
    assert.match(stdout, /aws:us-east-1 \(now\).* 481 .* 0\.00$/m);
    assert.match(stdout, /Open Database License/);
  });

  it('meets bad input with one sentence', async () => {
    const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
      [['--provider', 'asw'], /did you mean aws/],
      [['--provider', 'aws', '--from', 'eu-noth-1'], /did you mean aws:eu-north-1/],
      [['--within', 'Europe'], /write EU, EEA or country codes/],
      [['--max-rtt', '20'], /--from/],
      [['--gpu', 'H1000'], /did you mean NVIDIA H100/],
      [['--kwh', '-1'], /0 or more/],
      [['--carbon-price', '50'], /needs --kwh/],
      [['--embodied-kg', '5'], /needs --kwh/],
      [['--hours', '8', '--deadline', '2h'], /cannot finish by the deadline/],
      [['--hours', '8', '--deadline', 'soon'], /24h, 90m or 2d/],
      [['--hours', '8', '--deadline', '90d'], /31 days/],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await greenMl(['regions', ...args]);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    }
  });
});
