import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const upstream = join('test', 'fixtures', 'upstream');
const yearly = (year: number): string => join('co2.js', 'data', 'output', 'electricity-maps', `yearly_${year}.json`);

interface Zones {
  readonly updated: string;
  readonly years: readonly number[];
  readonly zones: readonly {
    readonly zone: string;
    readonly gramsPerKWh: readonly number[];
    readonly carbonFreePercent: number;
  }[];
}

interface Figure {
  carbonIntensity: { value: number };
}

describe('the yearly refresh of the tables', function () {
  this.timeout(30_000);
  let folder: string;
  let tables: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-refresh-'));
    tables = join(folder, 'tables');
    await cp(upstream, join(folder, 'upstream'), { recursive: true });
    await cp(join('src', 'data'), tables, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function refresh(...args: string[]): { code: number | null; stdout: string; stderr: string } {
    const {
      status: code,
      stdout,
      stderr,
    } = spawnSync(
      process.execPath,
      [
        join('scripts', 'data', 'refresh.mjs'),
        join(folder, 'upstream'),
        '--tables',
        tables,
        '--updated',
        '2027-06-30',
        ...args,
      ],
      { encoding: 'utf8' },
    );
    return { code, stdout, stderr };
  }

  const read = async <T>(name: string): Promise<T> => JSON.parse(await readFile(join(tables, name), 'utf8')) as T;

  async function change(name: string, by: (file: Record<string, Figure>) => void, to = name): Promise<void> {
    const file = JSON.parse(await readFile(join(folder, 'upstream', name), 'utf8')) as Record<string, Figure>;
    by(file);
    await writeFile(join(folder, 'upstream', to), JSON.stringify(file));
  }

  it('finds that the tables agree with the public files', () => {
    assert.deepEqual(refresh('--check'), { code: 0, stdout: 'The tables are up to date.\n', stderr: '' });
  });

  it('lists the rows that differ, and does not write them with --check', async () => {
    await change(yearly(2025), (file) => (file['US-NW-PACW']!.carbonIntensity.value = 250));
    const checked = refresh('--check');
    assert.equal(checked.code, 1);
    assert.match(checked.stdout, /zones\.json: 1 row differs: US-NW-PACW\n/);
    // Also the regions that may be in this zone.
    assert.match(checked.stdout, /regions\.json: \d+ rows differ: .*aws:us-west-2.*gcp:us-west1/);
    assert.equal(
      await readFile(join(tables, 'electricity-maps', 'zones.json'), 'utf8'),
      await readFile(join('src', 'data', 'electricity-maps', 'zones.json'), 'utf8'),
    );
    assert.equal(refresh().code, 0);
    const { updated, zones } = await read<Zones>('electricity-maps/zones.json');
    assert.equal(updated, '2027-06-30');
    assert.equal(zones.find(({ zone }) => zone === 'US-NW-PACW')?.gramsPerKWh.at(-1), 250);
    const { ranges } = await read<{ ranges: Record<string, number[]> }>('electricity-maps/regions.json');
    assert.deepEqual(
      [ranges['aws:us-west-2'], ranges['gcp:us-west1'], ranges['aws:eu-central-1']],
      [
        [129, 250],
        [109, 250],
        [341, 342],
      ],
    );
    assert.equal(refresh('--check').code, 0);
  });

  it('adds a new year, drops the oldest, and says what a person must add for a new zone', async () => {
    const all = await read<Zones>('electricity-maps/zones.json');
    const complete = Object.fromEntries(
      all.zones.map(({ zone, gramsPerKWh }) => [
        zone,
        {
          zone: { zoneName: zone },
          carbonIntensity: { value: (gramsPerKWh.at(-1) ?? 0) + 1 },
          carbonFreeEnergy: { value: 50 },
          renewableEnergy: { value: 40 },
        },
      ]),
    );
    await writeFile(
      join(folder, 'upstream', yearly(2026)),
      JSON.stringify({ ...complete, 'XX-NEW': { zone: { zoneName: 'New' }, carbonIntensity: { value: 5 } } }),
    );
    const { code, stdout } = refresh();
    assert.equal(code, 0);
    assert.match(stdout, /^new zone, add its country and time zone by hand: XX-NEW\n/);
    const { years, zones } = await read<Zones>('electricity-maps/zones.json');
    assert.deepEqual(years, [2022, 2023, 2024, 2025, 2026]);
    assert.equal(zones.length, all.zones.length);
    zones.forEach(({ gramsPerKWh, carbonFreePercent }, index) => {
      const before = all.zones[index]?.gramsPerKWh ?? [];
      assert.deepEqual(gramsPerKWh, [...before.slice(1), (before.at(-1) ?? 0) + 1]);
      assert.equal(carbonFreePercent, 50);
    });
  });

  it('takes the figures of Google Cloud if they are not older than those in the table', async () => {
    interface Regions {
      googleYear: number;
      regions: { provider: string; region: string; carbonFreePercent: number; publishedGramsPerKWh: number }[];
    }
    const csv = await readFile(join(folder, 'upstream', 'region-carbon-info', 'data', 'yearly', '2024.csv'), 'utf8');
    await writeFile(join(folder, 'upstream', 'region-carbon-info', 'data', 'yearly', '2026.csv'), csv);
    assert.equal(refresh().code, 0);
    const { googleYear, regions } = await read<Regions>('regions.json');
    const taiwan = regions.find(({ provider, region }) => provider === 'gcp' && region === 'asia-east1');
    assert.deepEqual([googleYear, taiwan?.carbonFreePercent, taiwan?.publishedGramsPerKWh], [2026, 17, 439.29]);
  });

  it('rejects impossible figures, years with gaps, broken files and wrong folders, and then writes nothing', async () => {
    const before = await readFile(join(tables, 'electricity-maps', 'zones.json'), 'utf8');
    await change(yearly(2025), (file) => (file['DE']!.carbonIntensity.value = 342_000));
    assert.match(refresh().stderr, /^DE has 342000 g\/kWh in 2025, which no grid has: look at yearly_2025\.json\.\n$/);
    await change(yearly(2024), () => undefined, yearly(2026));
    assert.match(refresh().stderr, /^AE has no figure for 2026: .*\n$/);
    await writeFile(join(folder, 'upstream', yearly(2026)), '{');
    assert.match(refresh().stderr, /^.*yearly_2026\.json is not valid JSON; fetch it again\.\n$/);
    await rm(join(folder, 'upstream'), { recursive: true });
    const nothing = refresh();
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /holds neither co2\.js nor region-carbon-info\.\n$/);
    assert.equal(await readFile(join(tables, 'electricity-maps', 'zones.json'), 'utf8'), before);
  });
});
