import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A real Prometheus on the loopback interface, with a history that is written without waiting. */

/** The folder with `prometheus` and `promtool`; a text that says why there is none here. */
export async function prometheusPrograms(): Promise<{ readonly folder: string } | { readonly reason: string }> {
  return obtained(async ({ obtainPrometheus }) => ({ folder: await obtainPrometheus() }));
}

/** The program of node_exporter; a text that says why there is none here. */
export async function nodeExporterProgram(): Promise<{ readonly program: string } | { readonly reason: string }> {
  return obtained(async ({ obtainNodeExporter }) => ({ program: await obtainNodeExporter() }));
}

async function obtained<T>(
  obtain: (script: typeof import('../../scripts/prometheus.mjs')) => Promise<T>,
): Promise<T | { readonly reason: string }> {
  const script = pathToFileURL(resolve('scripts/prometheus.mjs')).href;
  try {
    return await obtain((await import(script)) as typeof import('../../scripts/prometheus.mjs'));
  } catch (error) {
    // On a system with apt there is no excuse.
    if (spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0) throw error;
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

export class Prometheus {
  private child: ChildProcess | null = null;
  private log = '';

  private constructor(
    private readonly programs: string,
    private readonly folder: string,
    readonly port: number,
    private readonly more: readonly string[],
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /**
   * @param config its configuration, YAML
   * @param history OpenMetrics text with times; null for none
   */
  static async start(
    programs: string,
    config: string,
    history: string | null = null,
    {
      arguments: more = [],
      files = {},
    }: { arguments?: readonly string[]; files?: Readonly<Record<string, string>> } = {},
  ): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'green-ml-prometheus-'));
    await writeFile(join(folder, 'prometheus.yml'), config);
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    if (history !== null) {
      await writeFile(join(folder, 'history.txt'), history);
      const made = spawnSync(
        join(programs, 'promtool'),
        ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', join(folder, 'history.txt'), join(folder, 'data')],
        { encoding: 'utf8' },
      );
      if (made.status !== 0) throw new Error(`promtool made no history: ${made.stderr}`);
      await rm(join(folder, 'history.txt'));
    }
    const server = new Prometheus(
      programs,
      folder,
      await freePort(),
      more.map((each) => each.replace('FOLDER', folder)),
    );
    await server.begin();
    return server;
  }

  /** Starts it, again with the same data after `halt`. */
  async begin(isReady: () => Promise<boolean> = () => answers(`${this.url}/-/ready`)): Promise<void> {
    this.child = spawn(
      join(this.programs, 'prometheus'),
      [
        `--config.file=${join(this.folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(this.folder, 'data')}`,
        '--storage.tsdb.retention.time=10y',
        `--web.listen-address=127.0.0.1:${this.port}`,
        ...this.more,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.child.stderr?.on('data', (chunk) => (this.log = `${this.log}${String(chunk)}`.slice(-4000)));
    while (!(await isReady())) {
      if (this.child.exitCode !== null) throw new Error(`Prometheus ended: ${this.log}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** Ends it at once, as a power cut does; its data stay. */
  async halt(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  }

  async dispose(): Promise<void> {
    await this.halt('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Power of each device over time, and the samples that an exporter gives of it. */
export interface FakeDevice {
  readonly labels: Readonly<Record<string, string>>;
  /** Watts at a moment, seconds since the epoch. */
  readonly watts: (at: number) => number;
  /** Moments at which its counter begins anew. */
  readonly resets?: readonly number[];
  /** Whether there is a sample at a moment. */
  readonly isThere?: (at: number) => boolean;
  /** How much later than the others it is read, seconds. */
  readonly offset?: number;
  /** What the counter shows before. */
  readonly initial?: number;
}

/** The true energy of a device between two moments, joules. */
export function trueJoules({ watts }: Pick<FakeDevice, 'watts'>, from: number, to: number): number {
  let joules = 0;
  for (let at = from; at < to; at += 1)
    joules += (watts(at) + watts(Math.min(to, at + 1))) * 0.5 * Math.min(1, to - at);
  return joules;
}

/** OpenMetrics lines of a counter, or of the power itself. */
export function samplesOf(
  name: string,
  device: FakeDevice,
  { from, to, step, factor, isCounter }: { from: number; to: number; step: number; factor: number; isCounter: boolean },
): string[] {
  const { labels, watts, resets = [], isThere = () => true, offset = 0, initial = 0 } = device;
  const text = Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',');
  const lines: string[] = [];
  let value = initial;
  for (let at = from; at <= to; at += 1) {
    if (resets.includes(at)) value = 0;
    if ((at - from - offset) % step === 0 && isThere(at))
      lines.push(`${name}{${text}} ${isCounter ? Math.round(value * factor) : watts(at) * factor} ${at}`);
    value += (watts(at) + watts(at + 1)) / 2;
  }
  return lines;
}
