import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { main } from '../../src/cli/main';
import type { Io } from '../../src/cli/io';
import { systemClock } from '../../src/system/clock';
import { systemFiles } from '../../src/system/files';
import type { HttpClient } from '../../src/system/http';

/** 08:00 in Berlin on a summer's day. */
const morning = Date.parse('2026-06-15T06:00:00Z');

const noNetwork: HttpClient = { get: ({ url }) => assert.fail(`asked ${url}`) };

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Advice {
  readonly version: number;
  readonly zone: string;
  readonly basis: string;
  readonly source: string;
  readonly now: { readonly start: string; readonly gramsPerKWh: number };
  readonly best: {
    readonly start: string;
    readonly end: string;
    readonly gramsPerKWh: number;
    readonly savingPercent: number;
  } | null;
  readonly advice: string;
  readonly hourly: readonly { readonly start: string; readonly gramsPerKWh: number }[];
  readonly notes: readonly string[];
}

/** Runs the command in this process at a fixed time, with a network that the test gives. */
async function when(
  args: readonly string[],
  { http = noNetwork, env = {}, now = morning }: { http?: HttpClient; env?: NodeJS.ProcessEnv; now?: number } = {},
): Promise<Answer> {
  const written = { out: '', err: '' };
  const sink = (key: 'out' | 'err'): Writable =>
    new Writable({
      write: (chunk, _encoding, done) => {
        written[key] += String(chunk);
        done();
      },
    });
  const io: Io = {
    stdin: process.stdin,
    stdout: sink('out'),
    stderr: sink('err'),
    env,
    cwd: '/',
    clock: { ...systemClock, wallMilliseconds: () => now },
    files: systemFiles,
    http: { post: ({ url }) => assert.fail(`asked ${url}`), ...http },
    productFolder: '/',
  };
  const code = await main(['when', ...args], io);
  return { code, stdout: written.out, stderr: written.err };
}

async function json(...args: string[]): Promise<Advice> {
  const { code, stdout, stderr } = await when([...args, '--json']);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Advice;
}

describe('green-ml when', () => {
  it('prints the contract, with times of the place', async () => {
    const advice = await json('--location', 'DE', '--hours', '4', '--deadline', '24h');
    assert.deepEqual([advice.version, advice.zone, advice.basis, advice.advice], [1, 'DE', 'lifecycle', 'wait']);
    assert.match(advice.source, /usual day/);
    assert.equal(advice.now.start, '2026-06-15T08:00:00+02:00');
    const best = advice.best ?? assert.fail('a window');
    assert.equal(Date.parse(best.end) - Date.parse(best.start), 4 * 3_600_000);
    assert.match(best.start, /^2026-06-15T1[0-3]:00:00\+02:00$/);
    assert.ok(Math.abs(best.savingPercent - (1 - best.gramsPerKWh / advice.now.gramsPerKWh) * 100) < 1e-9);
    assert.equal(advice.hourly.length, 24);
  });

  it('keeps half-hour clocks and the change of clocks', async () => {
    const india = await json('--location', 'IN-WE', '--hours', '4');
    assert.equal(india.now.start, '2026-06-15T11:30:00+05:30');
    const { stdout } = await when(['--location', 'DE', '--hours', '4', '--json'], {
      now: Date.parse('2026-10-24T20:00:00Z'),
    });
    const starts = (JSON.parse(stdout) as Advice).hourly.map(({ start }) => start);
    assert.equal(new Set(starts).size, 24);
    assert.ok(starts.includes('2026-10-25T02:00:00+02:00') && starts.includes('2026-10-25T02:00:00+01:00'));
  });

  it('says what to do in one line, with lines for schedulers', async () => {
    const { stdout } = await when(['--location', 'aws:us-west-1', '--hours', '4', '--kwh', '10']);
    assert.match(
      stdout,
      /^Wait until (\w{3} )?\d\d:\d\d America\/Los_Angeles \(.*UTC\): saves \d\d % \(~(?:\d{1,2}0*|\d\.\d) k?g CO₂e\)\.$/m,
    );
    assert.match(stdout, /sbatch --begin=2026-06-1\dT\d\d:\d\d .* at -t 202606\d{6}/);
    assert.match((await when(['--location', 'FR', '--hours', '30'])).stdout, /^Start now: /);
    assert.match((await when(['--location', 'HK', '--hours', '4'])).stdout, /^No usable hourly data/);
  });

  it('takes the duration from a job script, and gives sbatch a line for it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'green-ml-when-'));
    try {
      const script = join(folder, 'my job.sh');
      await writeFile(script, '#!/bin/bash\n#SBATCH --time=4:00:00\npython3 train.py\n');
      const { code, stdout } = await when(['--location', 'DE', '--script', script]);
      assert.equal(code, 0);
      assert.ok(stdout.includes(` '${script}'\n`) && /sbatch --begin=2026-06-15T\d\d:\d\d '/.test(stdout), stdout);
      const { stdout: given } = await when(['--location', 'DE', '--hours', '4']);
      assert.equal(stdout.split('\n')[0], given.split('\n')[0]);
      await writeFile(script, '#!/bin/bash\npython3 train.py\n');
      assert.match((await when(['--location', 'DE', '--script', script])).stderr, /has no time limit/);
      assert.match((await when(['--location', 'DE', '--script', join(folder, 'none')])).stderr, /no such file/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('has null where there is no signal, and the yearly average', async () => {
    const { advice, best, now, hourly } = await json('--location', 'HK', '--hours', '4');
    assert.deepEqual([advice, best, now.gramsPerKWh, hourly], ['no usable signal', null, 590, []]);
  });

  it('asks the network only when told to, and falls back with a note', async () => {
    const cache = await mkdtemp(join(tmpdir(), 'green-ml-cache-'));
    try {
      const asked: string[] = [];
      const broken: HttpClient = {
        get: ({ url, headers }) => {
          asked.push(`${url} ${headers?.['auth-token'] ?? ''}`);
          return Promise.resolve({ kind: 'failed', reason: 'cannot be reached' });
        },
      };
      const env = { ELECTRICITY_MAPS_TOKEN: 'mine', XDG_CACHE_HOME: cache };
      const { stdout } = await when(['--location', 'GB', '--hours', '4', '--live', '--json'], { http: broken, env });
      assert.deepEqual(
        asked.map((each) => new URL(each.split(' ')[0] ?? '').host),
        ['api.carbonintensity.org.uk', 'api.electricitymaps.com', 'api.electricitymaps.com'],
      );
      const { basis, notes } = JSON.parse(stdout) as Advice;
      assert.equal(basis, 'lifecycle');
      assert.match(
        notes.join(' '),
        /UK Carbon Intensity cannot be reached\. Electricity Maps cannot be reached\. The usual day/,
      );
    } finally {
      await rm(cache, { recursive: true });
    }
  });

  it('uses a live forecast, keeps it for the next command, and says its basis', async () => {
    const cache = await mkdtemp(join(tmpdir(), 'green-ml-cache-'));
    try {
      let asked = 0;
      const data = Array.from({ length: 96 }, (_, index) => ({
        from: new Date(morning + index * 1_800_000).toISOString(),
        intensity: { forecast: index >= 20 && index < 28 ? 80 : 250 },
      }));
      const live: HttpClient = {
        get: () => {
          asked += 1;
          return Promise.resolve({ kind: 'response', status: 200, body: JSON.stringify({ data }), ageMilliseconds: 0 });
        },
      };
      for (const expected of [1, 1]) {
        const { stdout } = await when(['--location', 'GB', '--hours', '4', '--live', '--json'], {
          http: live,
          env: { XDG_CACHE_HOME: cache },
        });
        const { basis, best, advice } = JSON.parse(stdout) as Advice;
        assert.deepEqual(
          [basis, advice, best?.start, asked],
          ['operational', 'wait', '2026-06-15T17:00:00+01:00', expected],
        );
      }
    } finally {
      await rm(cache, { recursive: true });
    }
  });

  it('meets bad input with one sentence', async () => {
    const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
      [['--location', 'DE'], /--hours/],
      [['--location', 'Germny', '--hours', '4'], /did you mean DE/],
      [['--location', 'DE', '--hours', '4', '--deadline', '3h'], /cannot finish by the deadline/],
      [['--location', 'DE', '--hours', '4', '--deadline', '2020-01-01T00:00'], /has already passed/],
      [['--location', 'DE', '--hours', '4', '--deadline', 'tomorrow'], /24h, 90m or 2d/],
      [['--location', 'DE', '--hours', '0'], /above 0/],
      [['--location', 'DE', '--hours', '900'], /31 days/],
      [['--location', 'DE', '--hours', '4', '--min-grams', '5'], /--kwh/],
      [['--location', 'world', '--hours', '4'], /--location/],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await when(args);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    }
  });
});
