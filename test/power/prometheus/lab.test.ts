import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeRun, summaryLine } from '../../../src/runs/describe';
import type { RunRecord } from '../../../src/runs/record';
import { greenMl } from '../../cli/support';
import { Prometheus, prometheusPrograms, samplesOf, trueJoules, type FakeDevice } from '../../support/prometheus';
import { skip } from '../../support/skip';

/** A cluster of eight nodes with eight GPUs each, whose energy is known, in a real Prometheus. */

const nodes = 8;
const gpus = 8;
const scrape = 15;
/** Half a day ago, so that the server keeps it as a block of its own. */
const began = Math.floor(Date.now() / 7_200_000) * 7200 - 36_000;
const ended = began + 3600;
const outage = { from: began + 1500, to: began + 2100 };
const isStored = (at: number): boolean => at < outage.from || at > outage.to;

/** A wave of its own for each GPU; the last node only idles, and node 7 joins after ten minutes. */
function gpuWatts(node: number, gpu: number): (at: number) => number {
  if (node === nodes) return () => 90;
  return (at) => 420 + 180 * Math.sin(at / (60 + 7 * gpu + 3 * node)) + (at > began + 1800 ? 60 : 0);
}

const uuid = (node: number, gpu: number): string => `GPU-${node}-${gpu}`;

function dcgmDevices(): readonly { readonly device: FakeDevice; readonly from: number }[] {
  const found: { device: FakeDevice; from: number }[] = [];
  for (let node = 1; node <= nodes; node += 1)
    for (let gpu = 0; gpu < gpus; gpu += 1) {
      const start = node === 7 ? began + 600 : began;
      const device = (labels: Readonly<Record<string, string>>, more: Partial<FakeDevice> = {}): FakeDevice => ({
        labels: {
          gpu: String(gpu),
          UUID: uuid(node, gpu),
          device: `nvidia${gpu}`,
          modelName: 'NVIDIA H100',
          Hostname: `n${node}`,
          job: 'dcgm',
          instance: `n${node}:9400`,
          ...labels,
        },
        watts: gpuWatts(node, gpu),
        // Two GPUs of node 3 lose their counters, one of them in the outage.
        resets: node === 3 && gpu < 2 ? [gpu === 0 ? began + 900 : began + 1800] : [],
        initial: 5e6 + 1e5 * gpu,
        isThere: isStored,
        ...more,
      });
      const during = (from: number, to: number) => (at: number) => isStored(at) && at >= from && at < to;
      // The pod changes its label in the middle of the run, as when it is started again by its job.
      const second = began + 2700;
      found.push(
        { device: device({ pod: 'bert-1', namespace: 'ml' }, { isThere: during(start, second) }), from: began },
        { device: device({ pod: 'bert-2', namespace: 'ml' }, { isThere: during(second, ended) }), from: began },
        { device: device({}, { isThere: (at) => isStored(at) && (at < start || at >= ended) }), from: began },
      );
      // Node 1 has a second exporter, which names the host in another way and is read a little later.
      if (node === 1)
        found.push({
          device: device(
            { pod: 'bert-1', namespace: 'ml', hostname: 'n1', Hostname: '', job: 'dcgm-old', instance: 'n1:9401' },
            { isThere: (at) => isStored(at) && at >= start && at < ended, offset: 5 },
          ),
          from: began,
        });
    }
  return found;
}

const keplerNodes = [1, 2].map((node) => ({ node, watts: (at: number) => 150 + 50 * Math.sin(at / 97 + node) }));

function history(): string {
  const lines: string[] = [];
  const span = { from: began - 600, to: ended + 600, step: scrape };
  for (const { device } of dcgmDevices())
    lines.push(
      ...samplesOf('DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', device, { ...span, factor: 1000, isCounter: true }),
    );
  const up: FakeDevice = { labels: { job: 'dcgm', instance: 'n1:9400' }, watts: () => 1, isThere: isStored };
  lines.push(...samplesOf('up', up, { ...span, factor: 1, isCounter: false }));
  for (const { node, watts } of keplerNodes) {
    const name = { node_name: `k${node}`, job: 'kepler', instance: `k${node}:28282` };
    const counter = (metric: string, labels: Readonly<Record<string, string>>, share: number): void =>
      void lines.push(
        ...samplesOf(
          metric,
          { labels: { ...name, ...labels }, watts: (at) => share * watts(at), isThere: isStored },
          { ...span, factor: 1000, isCounter: true },
        ).map(inThousandths),
      );
    for (const [zone, share] of [
      ['package', 1],
      ['dram', 0.2],
      // Overlap with the package: they would count twice.
      ['core', 0.7],
      ['psys', 1.6],
    ] as const) {
      counter('kepler_node_cpu_joules_total', { zone, path: `/sys/class/powercap/${zone}` }, share);
      counter(
        'kepler_pod_cpu_joules_total',
        { zone, pod_id: `id-${node}`, pod_name: `bert-${node}`, pod_namespace: 'ml', state: 'running' },
        0.5 * share,
      );
      counter(
        'kepler_pod_cpu_joules_total',
        { zone, pod_id: `other-${node}`, pod_name: 'web', pod_namespace: 'www', state: 'running' },
        0.3 * share,
      );
    }
    lines.push(
      ...samplesOf(
        'kepler_platform_watts',
        {
          labels: { ...name, source: 'redfish', bmc_id: `b${node}`, chassis_id: '1', power_control_id: '0' },
          watts,
          isThere: isStored,
        },
        { ...span, factor: 1, isCounter: false },
      ),
    );
    const { node_name: _, ...old } = name;
    for (const [mode, share] of [
      ['dynamic', 0.4],
      ['idle', 0.1],
    ] as const)
      for (const [part, of] of [
        ['package', 1],
        ['dram', 0.2],
      ] as const)
        lines.push(
          ...samplesOf(
            `kepler_container_${part}_joules_total`,
            {
              labels: { ...old, container_id: `c${node}`, pod_name: `bert-${node}`, container_namespace: 'ml', mode },
              watts: (at) => share * of * watts(at),
              isThere: isStored,
            },
            { ...span, factor: 1000, isCounter: true },
          ).map(inThousandths),
        );
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

/** Kepler counts joules with fractions. */
function inThousandths(line: string): string {
  const [series = '', value = '', at = ''] = line.split(' ');
  return `${series} ${Number(value) / 1000} ${at}`;
}

const joules = (wattHours: number | null): number => (wattHours ?? NaN) * 3600;

function isWithin(value: number, truth: number, part: number): void {
  assert.ok(
    Math.abs(value - truth) <= part * truth,
    `${value} J, not ${truth} J: ${((value / truth - 1) * 100).toFixed(2)} %`,
  );
}

describe('a cluster in Prometheus', function () {
  this.timeout(300_000);
  let server: Prometheus;
  let home: string;
  const disposals: (() => Promise<unknown>)[] = [];

  before(async function () {
    const programs = await prometheusPrograms();
    if ('reason' in programs) skip(this, programs.reason);
    home = await mkdtemp(join(tmpdir(), 'green-ml-cluster-'));
    disposals.push(() => rm(home, { recursive: true, force: true }));
    server = await Prometheus.start(programs.folder, 'global: {scrape_interval: 15s}\n', history());
    disposals.push(() => server.dispose());
  });

  after(async () => {
    for (const dispose of disposals.reverse()) await dispose();
  });

  async function imported(args: readonly string[], from = began, to = ended): Promise<RunRecord> {
    const { code, stdout, stderr } = await greenMl(
      ['runs', 'import', ...args, '--from', String(from), '--to', String(to), '--json'],
      { GREEN_ML_PROMETHEUS_URL: server.url, XDG_STATE_HOME: home, HOME: home },
      home,
    );
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as RunRecord;
  }

  /** The sentence of an import that is refused. */
  async function refused(args: readonly string[]): Promise<string> {
    const { code, stderr } = await greenMl(
      ['runs', 'import', ...args, '--from', String(began), '--to', String(ended)],
      { GREEN_ML_PROMETHEUS_URL: server.url, XDG_STATE_HOME: home, HOME: home },
      home,
    );
    assert.equal(code, 2, stderr);
    return stderr;
  }

  it('adds up 64 GPUs within 2 %, over resets, an outage, changed labels and a second exporter', async () => {
    const record = await imported(['--cluster', 'dcgm', '--select', 'pod=~"bert-.*"']);
    let truth = 0;
    for (let node = 1; node <= nodes; node += 1)
      for (let gpu = 0; gpu < gpus; gpu += 1)
        truth += trueJoules({ watts: gpuWatts(node, gpu) }, node === 7 ? began + 600 : began, ended);
    isWithin(joules(record.machineWh.total), truth, 0.02);
    const { low, high, gpu, cpu } = record.machineWh;
    assert.ok(joules(low) <= truth && truth <= joules(high));
    assert.equal(gpu, record.machineWh.total);
    assert.equal(cpu, null);
    assert.equal(record.energyWh.total, null);
    assert.equal(record.scope, 'machine');
    assert.deepEqual(
      record.missing.map(({ component }) => component),
      ['cpu', 'memory'],
    );
    assert.equal(record.cluster?.totalDevices, 64);
    assert.equal(record.cluster.totalNodes, 8);
    assert.equal(record.cluster.scrapeSeconds, scrape);
    assert.deepEqual(record.cluster.stragglers, ['n8']);
    assert.ok(record.notes.some((note) => note.startsWith('8 devices are seen by several exporters')));
    assert.deepEqual(
      record.gaps.map(({ reason }) => reason),
      ['the counters of 2 devices restarted'],
    );
    const joined = record.cluster.nodes.find(({ name }) => name === 'n7');
    assert.ok(joined !== undefined && joined.coverage < 0.85 && joined.coverage > 0.6, String(joined?.coverage));
    for (const device of record.cluster.devices) {
      const [, node = 0, number = 0] = device.id.split('-').map(Number);
      if (node === 3 && number < 2) continue;
      isWithin(
        joules(device.energyWh),
        trueJoules({ watts: gpuWatts(node, number) }, node === 7 ? began + 600 : began, ended),
        0.02,
      );
    }
  });

  it('takes one pod, one node, or a part of the time', async () => {
    const pod = await imported(['--cluster', 'dcgm', '--select', 'pod="bert-2"'], began + 2700, ended);
    let truth = 0;
    for (let node = 1; node <= nodes; node += 1)
      for (let gpu = 0; gpu < gpus; gpu += 1) truth += trueJoules({ watts: gpuWatts(node, gpu) }, began + 2700, ended);
    isWithin(joules(pod.machineWh.total), truth, 0.03);
    const node = await imported(['--cluster', 'dcgm', '--select', 'Hostname=n4'], began + 300, began + 1200);
    let ofNode = 0;
    for (let gpu = 0; gpu < gpus; gpu += 1)
      ofNode += trueJoules({ watts: gpuWatts(4, gpu) }, began + 300, began + 1200);
    isWithin(joules(node.machineWh.total), ofNode, 0.02);
    assert.equal(node.cluster?.totalNodes, 1);
  });

  it("takes Kepler's package and memory, and no zone that contains them", async () => {
    const truth = keplerNodes.reduce((sum, each) => sum + trueJoules(each, began, ended), 0);
    const node = await imported(['--cluster', 'kepler-node', '--select', 'node_name=~"k.*"']);
    isWithin(joules(node.machineWh.cpu), truth, 0.02);
    isWithin(joules(node.machineWh.memory), 0.2 * truth, 0.02);
    assert.equal(node.machineWh.gpu, null);
    const pods = await imported(['--cluster', 'kepler', '--select', 'pod_name=~"bert-.*"']);
    assert.equal(pods.scope, 'run');
    isWithin(joules(pods.energyWh.cpu), 0.5 * truth, 0.02);
    isWithin(joules(pods.energyWh.total), 0.6 * truth, 0.02);
    assert.equal(pods.machineWh.total, null);
    assert.deepEqual(
      pods.missing.map(({ component }) => component),
      ['gpu'],
    );
  });

  it('takes the idle part apart that Kepler before 0.10 gives', async () => {
    const truth = keplerNodes.reduce((sum, each) => sum + trueJoules(each, began, ended), 0);
    const record = await imported(['--cluster', 'kepler-old', '--select', 'pod_name=~"bert-.*"']);
    isWithin(joules(record.energyWh.total), 0.4 * 1.2 * truth, 0.02);
    isWithin(joules(record.machineWh.total), 0.5 * 1.2 * truth, 0.02);
    isWithin(joules(record.machineWh.idle), 0.1 * 1.2 * truth, 0.02);
  });

  it('leaves the outage of a gauge out of the value and in the range', async () => {
    const record = await imported(['--cluster', 'kepler-platform', '--select', 'node_name=~"k.*"']);
    const all = keplerNodes.reduce((sum, each) => sum + trueJoules(each, began, ended), 0);
    const lost = keplerNodes.reduce((sum, each) => sum + trueJoules(each, outage.from, outage.to), 0);
    isWithin(joules(record.machineWh.total), all - lost, 0.02);
    assert.ok(joules(record.machineWh.high) >= all);
    const [gap] = record.gaps;
    assert.equal(gap?.reason, 'scrapes of 2 devices are missing');
    assert.ok(Math.abs(gap.seconds - 600) <= 2 * scrape, String(gap.seconds));
  });

  it('says what lies before the first sample that the server has', async () => {
    const record = await imported(
      ['--cluster', 'kepler-platform', '--select', 'node_name=k1'],
      began - 1800,
      began + 600,
    );
    const [first] = keplerNodes;
    isWithin(joules(record.machineWh.total), trueJoules(first ?? { watts: () => NaN }, began - 600, began + 600), 0.03);
    assert.ok(joules(record.machineWh.high) > 1.5 * joules(record.machineWh.total));
    assert.ok(
      record.gaps.some(
        ({ reason, seconds }) => reason === 'Prometheus stored nothing' && Math.abs(seconds - 1200) <= 45,
      ),
    );
  });

  it('bounds a run that is shorter than its scrapes', async () => {
    const record = await imported(['--cluster', 'dcgm', '--select', 'Hostname=n4'], began + 1000, began + 1010);
    let truth = 0;
    for (let gpu = 0; gpu < gpus; gpu += 1)
      truth += trueJoules({ watts: gpuWatts(4, gpu) }, began + 1000, began + 1010);
    assert.ok(joules(record.machineWh.high) >= truth && record.machineWh.low === 0);
    isWithin(joules(record.machineWh.total), truth, 0.3);
    const { nodes: [node] = [], devices = [] } = record.cluster ?? {};
    const ofDevices = devices.reduce((sum, { energyWh }) => sum + joules(energyWh), 0);
    for (const sum of [joules(node?.energyWh ?? null), ofDevices]) isWithin(sum, joules(record.machineWh.total), 1e-6);
    assert.equal(node?.coverage, 1);
    isWithin(node.watts ?? NaN, truth / 10, 0.3);
  });

  it('adds up two presets, and refuses two that measure the same', async () => {
    const both = await imported(
      ['--cluster', 'dcgm', '--select', 'Hostname=n4', '--cluster', 'kepler-node', '--select', 'node_name=k1'],
      began + 300,
      began + 1200,
    );
    let ofGpus = 0;
    for (let gpu = 0; gpu < gpus; gpu += 1)
      ofGpus += trueJoules({ watts: gpuWatts(4, gpu) }, began + 300, began + 1200);
    const ofCpu = trueJoules(keplerNodes[0] ?? { watts: () => NaN }, began + 300, began + 1200);
    isWithin(joules(both.machineWh.gpu), ofGpus, 0.02);
    isWithin(joules(both.machineWh.total), ofGpus + 1.2 * ofCpu, 0.02);
    assert.deepEqual(both.missing, []);
    const { code, stderr } = await greenMl(
      [
        ...['runs', 'import', '--from', String(began), '--to', String(ended)],
        ...['--cluster', 'kepler-platform', '--select', 'node_name=k1', '--cluster', 'watts', '--query', 'up'],
      ],
      { GREEN_ML_PROMETHEUS_URL: server.url, XDG_STATE_HOME: home, HOME: home },
    );
    assert.equal(code, 2);
    assert.match(stderr, /that of kepler-platform would be left out/);
  });

  it('adds whole GPUs to the share that pods have of the processors', async () => {
    const pods = ['--cluster', 'kepler', '--select', 'pod_name=~"bert-.*"'];
    const cards = ['--cluster', 'dcgm', '--select', 'Hostname=n4'];
    const [from, to] = [began + 300, began + 1200];
    let ofGpus = 0;
    for (let gpu = 0; gpu < gpus; gpu += 1) ofGpus += trueJoules({ watts: gpuWatts(4, gpu) }, from, to);
    const ofNodes = keplerNodes.reduce((sum, each) => sum + trueJoules(each, from, to), 0);
    const record = await imported([...pods, ...cards], from, to);
    assert.equal(record.scope, 'run');
    isWithin(joules(record.energyWh.gpu), ofGpus, 0.02);
    isWithin(joules(record.energyWh.cpu), 0.5 * ofNodes, 0.02);
    isWithin(joules(record.energyWh.total), ofGpus + 0.6 * ofNodes, 0.02);
    assert.deepEqual([record.machineWh.total, record.missing], [null, []]);
    assert.match(record.notes.join(' '), /share of the selected workloads, as Kepler .*, and that of the whole GPUs/);
    const words = describeRun(record);
    assert.match(words, /3 nodes/);
    assert.doesNotMatch(words, /machine/);
    assert.match(summaryLine(record), /the share of the selected workloads and their whole GPUs on 3 nodes \(CPU, /);
    // The whole machine contains the pods.
    const twice = await refused([...pods, '--cluster', 'kepler-platform', '--select', 'node_name=k1']);
    assert.match(
      twice,
      /kepler-platform measures all of a machine, and so what kepler gives to workloads a second time/,
    );
    const nodesToo = await refused([...pods, '--cluster', 'kepler-node', '--select', 'node_name=k1']);
    assert.match(nodesToo, /kepler and kepler-node both measure the cpu, which would count it twice; choose one/);
  });

  it('refuses an energy that no devices can have used', async () => {
    for (const factor of ['1e9', '1e300']) {
      const sentence = await refused(['--cluster', 'joules', '--query', `kepler_node_cpu_joules_total * ${factor}`]);
      assert.match(sentence, /not known \(your query gives figures that are not possible\), so nothing is recorded/);
    }
  });

  it('says which other runs select the same at the same time', async () => {
    const args = ['--cluster', 'dcgm', '--select', 'Hostname=n5,gpu="1"'];
    const first = await imported(args, began + 300, began + 900);
    const later = async (from: number): Promise<string> =>
      (
        await greenMl(
          ['runs', 'import', ...args, '--from', String(began + from), '--to', String(began + 1200)],
          { GREEN_ML_PROMETHEUS_URL: server.url, XDG_STATE_HOME: home, HOME: home },
          home,
        )
      ).stdout;
    const stdout = await later(600);
    assert.match(
      stdout,
      new RegExp(`^${first.id} overlaps with it and selects the same; reports count .* once\\.$`, 'm'),
    );
    assert.doesNotMatch(stdout, /machine/);
    assert.match(
      await later(660),
      new RegExp(`^${first.id} and .* overlap with it and select the same; .* once\\.$`, 'm'),
    );
  });

  it('takes PromQL of its own', async () => {
    const record = await imported([
      '--cluster',
      'watts',
      '--query',
      'kepler_platform_watts{node_name="k1"} # the first',
    ]);
    const first = keplerNodes[0] ?? { watts: () => NaN };
    // Prometheus repeats the last value of an expression for five minutes; the rest of the outage is missing.
    const known = trueJoules(first, began, ended) - trueJoules(first, outage.from + 300, outage.to);
    isWithin(joules(record.machineWh.total), known, 0.03);
    assert.ok(joules(record.machineWh.high) >= trueJoules(first, began, ended));
  });
});
