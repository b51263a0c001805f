import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Prometheus } from './prometheus';

/** Eight GPUs and two processors on two nodes, whose exporter a real Prometheus scrapes each second. */
export class ScrapedCluster {
  private constructor(
    readonly server: Prometheus,
    private readonly exporter: Server,
  ) {}

  /** @param programs the folder with `prometheus` */
  static async start(programs: string): Promise<ScrapedCluster> {
    const since = Date.now() / 1000;
    const exporter = createServer((_request, response) => {
      const seconds = Date.now() / 1000 - since;
      const lines = Array.from({ length: gpus }, (_, gpu) => {
        const labels = `gpu="${gpu}",UUID="GPU-${gpu}",Hostname="n${gpu % 2}",pod="bert-0"`;
        return `DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{${labels}} ${Math.round(wattsOf(gpu) * seconds * 1000)}`;
      });
      const packages = ['n0', 'n1'].map(
        (node) =>
          `node_rapl_package_joules_total{node="${node}",index="0",path="/sys/class/powercap/${node}"} ${packageWatts * seconds}`,
      );
      response.end(
        [
          ...['# TYPE DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION counter', ...lines],
          ...['# TYPE node_rapl_package_joules_total counter', ...packages, ''],
        ].join('\n'),
      );
    });
    await new Promise<void>((done) => void exporter.listen(0, '127.0.0.1', done));
    const { port } = exporter.address() as AddressInfo;
    const server = await Prometheus.start(
      programs,
      `global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: dcgm\n  static_configs: [{targets: ['127.0.0.1:${port}']}]\n`,
    );
    const query = `${server.url}/api/v1/query?query=count(count_over_time(DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION[10s])%20%3E%203)`;
    while (!(await (await fetch(query)).text()).includes('"8"')) await new Promise((done) => setTimeout(done, 200));
    return new ScrapedCluster(server, exporter);
  }

  async dispose(): Promise<void> {
    this.exporter.close();
    await this.server.dispose();
  }
}

const gpus = 8;
/** The power of the processor of each node. */
export const packageWatts = 150;

/** The power of one of its GPUs. */
export function wattsOf(gpu: number): number {
  return 300 + 10 * gpu;
}

/** The power of all of them. */
export const allWatts = Array.from({ length: gpus }, (_, gpu) => wattsOf(gpu)).reduce((sum, watts) => sum + watts, 0);
