import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A cluster of GPUs whose power never changes, so that its energy is known exactly. */
interface FakeCluster {
  readonly nodes: number;
  readonly gpusOfNode: number;
  /** Watts of each GPU of a node, counted from 1. */
  readonly watts: (node: number) => number;
  /** The conditions that its GPUs fit, as PromQL has them between braces. */
  readonly select: string;
  /** Needed to ask; null for none. */
  readonly token?: string | null;
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const metric = 'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{';
const scrapeSeconds = 1;

/**
 * A small server that speaks as much of Prometheus' HTTP API as a run on a cluster asks for. It reads of each question what
 * is asked, for which labels and for which time, and answers with the truth. `lab.test.ts` asks a real Prometheus.
 */
export class FakePrometheus {
  /** How many questions were answered or refused. */
  questions = 0;
  /** How many of them had no valid token. */
  refused = 0;
  /** Answers wait for this. */
  private patience: Promise<void> = Promise.resolve();

  private constructor(
    private readonly server: Server,
    private readonly cluster: FakeCluster,
  ) {}

  static async start(cluster: FakeCluster): Promise<FakePrometheus> {
    const server = createServer();
    const fake = new FakePrometheus(server, cluster);
    server.on('request', (request, response) => {
      fake.questions += 1;
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const { token = null } = cluster;
        const isKnown = token === null || request.headers.authorization === `Bearer ${token}`;
        if (!isKnown) fake.refused += 1;
        void fake.patience.then(() => {
          response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
          response.end(isKnown ? JSON.stringify(fake.answer(request.url ?? '', new URLSearchParams(body))) : '');
        });
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Of the whole cluster. */
  get watts(): number {
    return this.gpus().reduce((sum, { watts }) => sum + watts, 0);
  }

  /** Answers nothing until the returned function is called. */
  hold(): () => void {
    let release = (): void => undefined;
    this.patience = new Promise((done) => (release = done));
    return release;
  }

  async dispose(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private gpus(): readonly { readonly labels: Readonly<Record<string, string>>; readonly watts: number }[] {
    const { nodes, gpusOfNode, watts } = this.cluster;
    return Array.from({ length: nodes * gpusOfNode }, (_, index) => {
      const node = Math.floor(index / gpusOfNode) + 1;
      const UUID = `GPU-${node}-${(index % gpusOfNode) + 1}`;
      return { labels: { UUID, Hostname: `n${node}`, modelName: 'NVIDIA H100' }, watts: watts(node) };
    });
  }

  private answer(path: string, form: URLSearchParams): unknown {
    const query = form.get('query') ?? '';
    if (path.endsWith('/query_range')) {
      const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
      const times: number[] = [];
      for (let at = start ?? 0; at <= (end ?? 0) + 1e-6; at += step ?? 1) times.push(at);
      const result = this.samples(query, 0).map(({ labels, value }) => ({
        metric: labels,
        values: times.map((at) => [at, String(value)]),
      }));
      return { status: 'success', data: { resultType: 'matrix', result } };
    }
    const at = Number(form.get('time') ?? Date.now() / 1000);
    const zero = query.endsWith('vector(0)') ? [{ labels: {}, value: 0 }] : [];
    const result = [...this.samples(query, at), ...zero].map(({ labels, value }) => ({
      metric: labels,
      value: [at, String(value)],
    }));
    return { status: 'success', data: { resultType: 'vector', result } };
  }

  /** What each figure of a query is; a figure stands at the end of its part. */
  private samples(query: string, at: number): readonly Sample[] {
    return query.split(/ or (?=label_replace\()/).flatMap((part): readonly Sample[] => {
      const figure = /"green_ml_figure","([^"]+)"/.exec(part)?.[1];
      if (figure === undefined) return [];
      const [, window = 0, step = 1] = (/\[(\d+)ms:(\d+)ms\]/.exec(part) ?? []).map((each) => Number(each) / 1000);
      const value = (number: number): readonly Sample[] => [{ labels: { green_ml_figure: figure }, value: number }];
      const [name = '', of = '', seconds = ''] = figure.split(' ');
      const times: Readonly<Record<string, number>> = { samples: window / step, first: at - window, last: at };
      if (of === 'server') return value(times[name] ?? NaN);
      const begin = part.indexOf(metric);
      if (begin < 0) return [];
      const select = part.slice(begin + metric.length, part.indexOf('}', begin));
      if (select !== '' && select !== this.cluster.select) return [];
      const gpus = this.gpus();
      if (name === 'series' || name === 'devices') return value(gpus.length);
      if (name === 'density') return value(Number(seconds) / scrapeSeconds);
      if (name === 'watts') return value(this.watts * 1000);
      if (name === 'last' && window === 0) return value(at);
      return gpus.map(({ labels, watts }) => ({
        labels: { ...labels, green_ml_figure: figure },
        value: name === 'energy' ? watts * window * 1000 : (times[name] ?? 0),
      }));
    });
  }
}
