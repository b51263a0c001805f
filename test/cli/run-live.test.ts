import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '../../src/runs/record';
import { greenMl, type CliResult } from './support';

/** Far from the yearly mean of Germany, so that nobody can take the one for the other. */
const grams = 777;

/** Ends when its own run file tells its grams by the intensity that it was given, or never comes to. */
const untilIntensity = `
import json, os, sys, time
for _ in range(600):
    try:
        run = json.load(open(os.environ['GREEN_ML_RUN_FILE']))
    except (OSError, ValueError):
        run = {}
    energy, emissions = run.get('energyWh'), run.get('emissionsGrams')
    if energy and abs(emissions / energy * 1000 - ${grams}) < 1:
        sys.exit(0)
    sum(i * i for i in range(100000))
    time.sleep(0.05)
sys.exit('the intensity never came')
`;

describe('cli/run --live', function () {
  this.timeout(60_000);
  let folder: string;
  let server: Server;
  let status = 200;
  const asked: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-live-'));
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
      const forecastData = [-1, 0, 1, 2, 3].map((step) => ({
        location: 'DE',
        timestamp: new Date(hour + step * 3_600_000).toISOString(),
        duration: 60,
        value: grams,
      }));
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify([{ forecastData }]));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(
    name: string,
    command: readonly string[],
    ...options: string[]
  ): Promise<CliResult & { readonly record: RunRecord }> {
    const file = join(folder, `${name}.json`);
    const { port } = server.address() as AddressInfo;
    const env = {
      CARBON_AWARE_SDK_URL: `http://127.0.0.1:${port}`,
      XDG_STATE_HOME: folder,
      XDG_CACHE_HOME: join(folder, `cache-${name}`),
      ELECTRICITY_MAPS_TOKEN: undefined,
      WATTTIME_USER: undefined,
    };
    const result = await greenMl(['run', '--location', 'DE', '--json', file, ...options, '--', ...command], env);
    return { ...result, record: JSON.parse(await readFile(file, 'utf8')) as RunRecord };
  }

  it('takes the intensity of the run’s own hours, and names the service and the time', async () => {
    const { code, stderr, record } = await run('answers', ['python3', '-c', untilIntensity], '--live');
    assert.equal(code, 0, stderr);
    assert.ok(Math.abs((record.intensity?.gramsPerKWh ?? 0) - grams) < 1e-6);
    assert.match(record.intensity?.source ?? '', /^Carbon Aware SDK.*, asked \d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
    assert.equal(record.intensity?.zone, 'DE');
    assert.ok(
      Math.abs((record.emissionsGrams?.value ?? 0) / (((record.energyWh.total ?? 0) / 1000) * grams) - 1) < 1e-6,
    );
  });

  it('goes on with the yearly mean where the service fails, and says why', async () => {
    status = 500;
    // As long as it takes until the answer is in, which the record's notes tell, nobody knows: any note will do.
    const { code, record } = await run('fails', ['true'], '--live');
    assert.equal(code, 0);
    assert.match(record.intensity?.source ?? '', /yearly average/);
    assert.ok(
      record.notes.some((note) => /yearly average is used/.test(note)),
      record.notes.join(' '),
    );
  });

  it('asks nobody without it, nor beside a figure of your own', async () => {
    asked.length = 0;
    await run('offline', ['true']);
    assert.deepEqual(asked, []);
    const { code, stderr } = await greenMl(['run', '--live', '--intensity', '100', '--', 'true'], {
      XDG_STATE_HOME: folder,
    });
    assert.equal(code, 2);
    assert.match(stderr, /--live.*cannot be used with.*--intensity/);
  });
});
