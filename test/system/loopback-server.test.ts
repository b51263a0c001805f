import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { serveOnLoopback, type LoopbackServer } from '../../src/system/loopback-server';
import { skip } from '../support/skip';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

describe('system/loopback-server', () => {
  let server: LoopbackServer;
  let accepted: string[];

  beforeEach(async () => {
    accepted = [];
    server = await serveOnLoopback(0, '/metrics', (accept) => {
      accepted.push(accept);
      return { type: 'text/plain', body: 'é\n' };
    });
  });
  afterEach(() => server.close());

  function ask(path: string, { method = 'GET', host = '', headers = {} } = {}): Promise<Answer> {
    return new Promise((done, failed) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port: server.port,
          path,
          method,
          agent: false,
          headers: { ...headers, ...(host === '' ? {} : { host }) },
        },
        (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (body += chunk));
          response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
        },
      );
      asked.on('error', failed);
      asked.end();
    });
  }

  it('serves its page and nothing else', async () => {
    const answer = await ask('/metrics', { headers: { accept: 'a/b' } });
    assert.deepEqual([answer.status, answer.body, answer.headers['content-length']], [200, 'é\n', '3']);
    assert.deepEqual(accepted, ['a/b']);
    assert.equal((await ask('/metrics?x=1')).status, 200);
    for (const path of ['/', '/metrics/', '/metrics/..', '/other', 'http://127.0.0.1/metrics'])
      assert.equal((await ask(path)).status, 404, path);
    const head = await ask('/metrics', { method: 'HEAD' });
    assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '3']);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      assert.equal((await ask('/metrics', { method })).status, 405, method);
  });

  it('answers only to names of this computer, and lets no page of another origin read', async () => {
    for (const host of ['localhost', `localhost:${server.port}`, '127.0.0.1:9', '[::1]:9090', 'LOCALHOST'])
      assert.equal((await ask('/metrics', { host })).status, 200, host);
    const others = [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example:80',
      'xlocalhost',
      'localhost@e',
      '10.0.0.1',
    ];
    const before = accepted.length;
    for (const host of others) assert.equal((await ask('/metrics', { host })).status, 403, host);
    assert.equal(accepted.length, before, 'the page is not even made');
    const { headers } = await ask('/metrics', { headers: { origin: 'http://localhost:1' } });
    assert.deepEqual(
      Object.keys(headers).filter((name) => name.startsWith('access-control')),
      [],
    );
  });

  it('takes no large request', async () => {
    assert.equal((await ask('/metrics', { headers: { x: 'y'.repeat(10_000) } })).status, 431);
  });

  it('listens on the loopback interface only', async function () {
    const other = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal);
    if (other === undefined) skip(this, 'this computer has no other address');
    const outcome = await new Promise((done) => {
      const socket = connect(server.port, other.address);
      socket.once('connect', () => done('connected')).once('error', (error) => done((error as { code?: string }).code));
    });
    assert.equal(outcome, 'ECONNREFUSED');
  });

  it('says that a port is in use', async () => {
    await assert.rejects(
      serveOnLoopback(server.port, '/metrics', () => ({ type: '', body: '' })),
      { code: 'EADDRINUSE' },
    );
  });

  it('ends at once, whoever is connected', async () => {
    const socket = connect(server.port, '127.0.0.1');
    await new Promise((done) => socket.once('connect', done));
    socket.write('GET /metrics HTTP/1.1\r\n');
    const closed = new Promise((done) => socket.once('close', done));
    socket.on('error', () => undefined);
    server.close();
    await closed;
  });
});
