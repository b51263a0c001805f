import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '../../src/runs/record';
import { greenMl, type CliResult } from './support';

/** A server that answers what Prometheus would of one GPU of 400 W, but no question about many moments. */
function answer(body: string, path: string): string {
  const form = new URLSearchParams(body);
  const at = Number(form.get('time'));
  const query = form.get('query') ?? '';
  const seconds = (pattern: RegExp): number => Number(pattern.exec(query)?.[1] ?? 1000) / 1000;
  const [window, step] = [seconds(/\[(\d+)ms:/), seconds(/:(\d+)ms\]/)];
  const values: Readonly<Record<string, number>> = {
    series: 1,
    density: 20,
    energy: window * 400 * 1000,
    samples: window / step,
    resets: 0,
    first: at - window,
    last: at,
  };
  const result = [...query.matchAll(/green_ml_figure","(\w+) ([^"]*)"/g)].map(([, name = '', rest = '']) => ({
    metric: { green_ml_figure: `${name} ${rest}`, ...(rest === '0' ? { UUID: 'a', Hostname: 'n1' } : {}) },
    value: [at, String(values[name] ?? 1)],
  }));
  return path.endsWith('query_range')
    ? JSON.stringify({ status: 'error', errorType: 'execution', error: 'too many samples' })
    : JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
}

describe('cli/import-run', function () {
  this.timeout(60_000);
  let server: Server;
  let home: string;
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'green-ml-import-'));
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (text: Buffer) => (body += text.toString()));
      request.on('end', () => response.end(answer(body, request.url ?? '')));
    });
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  });
  after(async () => {
    server.close();
    await rm(home, { recursive: true, force: true });
  });

  const bring = (state: string, env: NodeJS.ProcessEnv = {}): Promise<CliResult> =>
    greenMl(
      [
        ...['runs', 'import', '--cluster', 'dcgm', '--select', 'Hostname=n1', '--json'],
        ...['--from', '1790000000', '--to', '1790036000'],
      ],
      {
        GREEN_ML_PROMETHEUS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        XDG_STATE_HOME: join(home, state),
        ...env,
      },
    );

  it('knows the time of a run, and its mean power, where the server does not tell its course', async () => {
    const { code, stdout, stderr } = await bring('one');
    assert.equal(code, 0, stderr);
    const { durationSeconds, averageWatts, machineWh } = JSON.parse(stdout) as RunRecord;
    assert.equal(durationSeconds, 36_000);
    assert.equal(machineWh.total, 4000);
    assert.ok(Math.abs((averageWatts ?? 0) - 400) < 1);
  });

  it('records a run once, also if it is imported twice at the same time', async () => {
    const results = await Promise.all([bring('two'), bring('two'), bring('two')]);
    assert.deepEqual(results.map(({ code }) => code).sort(), [0, 2, 2]);
    for (const { code, stderr } of results)
      if (code === 2) assert.match(stderr, /this run is recorded already as \S+; delete it first/);
    const names = await readdir(join(home, 'two', 'green-ml', 'runs'));
    assert.equal(names.length, 1, names.join());
  });

  it('takes no time that can be read in several ways, and no day that does not exist', async () => {
    const asked = (from: string): Promise<CliResult> =>
      greenMl(['runs', 'import', '--cluster', 'dcgm', '--select', 'a=b', '--from', from, '--to', '4000000000']);
    for (const from of ['02-03-2026 08:00', '2026-11-30 08:00 (UTC+5)', '2026-02-30T08:00:00Z', '2026-11-30', '1e9'])
      assert.match((await asked(from)).stderr, /is invalid\. Write a time such as 2026-11-30T08:00:00Z/, from);
    for (const from of ['2026-11-30 08:00', '2028-02-29T08:00:00.5+0100', '1790000000.5', '2026-11-30t08:00z'])
      assert.match((await asked(from)).stderr, /--to is in the future/, from);
  });

  it('says what a file with a token must contain', async () => {
    const file = join(home, 'token');
    await writeFile(file, 'tök\n');
    const { code, stderr } = await bring('three', { GREEN_ML_PROMETHEUS_TOKEN_FILE: file });
    assert.deepEqual([code, /must contain one token, of letters, digits and signs/.test(stderr)], [2, true], stderr);
  });
});
