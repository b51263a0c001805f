import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusClient } from '../../../src/power/prometheus/client';
import { ClusterMeter } from '../../../src/power/prometheus/cluster-power';
import { devicesIn } from '../../../src/power/prometheus/devices';
import type { ChosenPart } from '../../../src/power/prometheus/queries';
import { systemClock } from '../../../src/system/clock';
import { systemHttp } from '../../../src/system/http';

describe('the client of Prometheus', () => {
  const clock = { wallMilliseconds: () => Date.now() };
  const open: Server[] = [];
  after(() => open.forEach((each) => each.close()));

  async function problem(url: string): Promise<string> {
    const client = PrometheusClient.open({ url, token: null }, systemHttp, clock);
    const answer = 'kind' in client ? client : await client.query('vector(1)', null);
    assert.equal(answer.kind, 'problem');
    return answer.sentence.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST');
  }

  it('says what is wrong with a name or password in the address', async () => {
    for (const url of ['http://a%zz:b@host', 'http://a:100%@host'])
      assert.equal(
        await problem(url),
        'the name or password in the address of Prometheus has a % that is no escape; write % as %25.',
      );
  });

  it('sends a password without a name', async () => {
    let seen = '';
    const server = createServer((request, response) => {
      seen = request.headers.authorization ?? '';
      response.writeHead(403).end();
    });
    open.push(server);
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    await problem(`http://:secret@127.0.0.1:${(server.address() as AddressInfo).port}`);
    assert.equal(seen, `Basic ${Buffer.from(':secret').toString('base64')}`);
  });

  it('follows no redirection, and says where it leads', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(301, { location: `https://other.example/prometheus${request.url}` }).end();
    });
    open.push(server);
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    assert.equal(
      await problem(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      'http://HOST sends us to https://other.example/prometheus; give the address of Prometheus itself.',
    );
    assert.deepEqual(asked, ['POST /api/v1/query']);
  });

  it('says what people wait for', async () => {
    const said: string[] = [];
    let answer = (): void => undefined;
    const waits = new Promise<void>((done) => (answer = done));
    const meter = await ClusterMeter.open({
      server: { url: 'http://slow.example', token: null },
      sources: [{ preset: 'dcgm', select: 'Hostname=n1', query: null }],
      // The server answers once that was said.
      http: { post: () => waits.then(() => ({ kind: 'failed', reason: 'cannot be reached' })) },
      clock: {
        ...systemClock,
        after: (_milliseconds, act) => {
          act();
          return () => undefined;
        },
      },
      ownCpuSeconds: () => 0,
      onWait: (sentence) => {
        said.push(sentence);
        answer();
      },
    });
    assert.ok('kind' in meter);
    assert.deepEqual(said, ['waiting for an answer of http://slow.example, for 2 minutes at most.']);
  });

  it('keeps figures of a window within it, whatever a server answers', () => {
    const part: ChosenPart = {
      component: 'gpu',
      isIdle: false,
      kind: 'gauge',
      factor: 1,
      series: 'watts{}',
      identity: ['UUID'],
      nodeLabels: ['Hostname'],
      exporter: 'DCGM exporter',
      of: 'devices',
    };
    const grid = { from: 1000, to: 1100, windowSeconds: 100, stepSeconds: 10, freshSeconds: 10 };
    const figures = { mean: 400, samples: 1e300, resets: -5, first: -1e300, last: 1e300 };
    const { devices } = devicesIn(
      Object.entries(figures).map(([name, value]) => ({
        labels: { green_ml_figure: `${name} 0`, UUID: 'a', Hostname: 'n1' },
        value,
      })),
      [part],
      grid,
    );
    assert.deepEqual(
      devices.map(({ joules, seconds, missedSeconds, resets }) => ({ joules, seconds, missedSeconds, resets })),
      [{ joules: 40_000, seconds: 100, missedSeconds: 0, resets: 0 }],
    );
  });
});
