import type { Component } from '../source';

/** A condition on a label of a time series, in Prometheus' own words. */
export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** One metric of an exporter that says what devices or workloads use. */
export interface Metric {
  /** The condition for its name: equal to `name`, or like the expression `names`. */
  readonly name?: string;
  readonly names?: string;
  /** `counter`: energy since some moment. `gauge`: present power. */
  readonly kind: 'counter' | 'gauge';
  /** Joules or watts in one unit of the metric. */
  readonly factor: number;
  /** Further conditions, for zones that overlap others. */
  readonly only?: readonly Matcher[];
  /** The labels that name one device: two series that agree in them are the same device. `instance` counts without its port. */
  readonly identity: readonly string[];
}

/** One part of what a preset measures: the first metric that the server has. */
export interface Part {
  readonly component: Component;
  /** Set for the idle part of a component, which the exporter tells apart. */
  readonly isIdle?: true;
  /** In order of preference. A part without any of them is missing. */
  readonly metrics: readonly Metric[];
}

/** How an exporter's metrics become energy. */
export interface Preset {
  readonly name: string;
  /** The exporter, for display. */
  readonly exporter: string;
  /** What its figures are: whole devices, idle power included, or the share of workloads as the exporter attributes it. */
  readonly of: 'devices' | 'workloads';
  readonly parts: readonly Part[];
  /** The labels with the name of the node, the best first. */
  readonly nodeLabels: readonly string[];
  /** Components whose energy its CPU figure contains besides that of the processors; absent if there are none. */
  readonly contains?: readonly Component[];
  /** What it does not measure, and why. */
  readonly missing: readonly { readonly component: Component; readonly reason: string }[];
  /** A selector that people are likely to need. */
  readonly example: string;
  /** Where the names come from. */
  readonly source: string;
}

const anyNode = ['node', 'Hostname', 'hostname', 'node_name', 'nodename', 'exported_instance', 'instance'];

function counter(name: string, factor: number, identity: readonly string[], only?: readonly Matcher[]): Metric {
  return { name, kind: 'counter', factor, identity, ...(only === undefined ? {} : { only }) };
}

function gauge(name: string, factor: number, identity: readonly string[]): Metric {
  return { name, kind: 'gauge', factor, identity };
}

const is = (label: string, value: string): Matcher => ({ label, operator: '=', value });

const nodeExporter = 'https://github.com/prometheus/node_exporter/blob/master/collector';
const kepler = 'https://github.com/sustainable-computing-io/kepler/blob';

/** Through `intel-rapl-mmio` the same packages are seen a second time. */
const notMmio: Matcher = { label: 'path', operator: '!~', value: '.*intel-rapl-mmio.*' };
const raplDevice = ['instance', 'path'];

/** A zone of RAPL: each has a metric of its own, or a label if node_exporter runs with `--collector.rapl.enable-zone-label`. */
function raplZone(zone: string): readonly Metric[] {
  return [
    counter(`node_rapl_${zone}_joules_total`, 1, raplDevice, [notMmio]),
    counter('node_rapl_joules_total', 1, raplDevice, [is('rapl_zone', zone), notMmio]),
  ];
}

/** Zones of Kepler overlap: psys contains the package, which contains the core and the uncore. */
function keplerZone(level: 'node' | 'pod', zone: 'package' | 'dram'): Metric {
  const identity = level === 'node' ? ['node_name', 'zone', 'path'] : ['node_name', 'pod_id', 'zone'];
  return counter(`kepler_${level}_cpu_joules_total`, 1, identity, [is('zone', zone)]);
}

function oldKepler(level: 'node' | 'container', component: Component, part: string): readonly Part[] {
  const identity =
    level === 'node' ? ['exported_instance', 'instance', 'package'] : ['exported_instance', 'instance', 'container_id'];
  const of = (mode: string): Metric => counter(`kepler_${level}_${part}_joules_total`, 1, identity, [is('mode', mode)]);
  return [
    { component, metrics: [of('dynamic')] },
    { component, isIdle: true, metrics: [of('idle')] },
  ];
}

const onlyGpus = (exporter: string): Preset['missing'] =>
  (['cpu', 'memory'] as const).map((component) => ({ component, reason: `${exporter} measures only GPUs` }));
const noGpus = (exporter: string): Preset['missing'] => [
  { component: 'gpu', reason: `${exporter} does not measure GPUs` },
];

/** The presets of `--cluster`. Each name of a metric was looked up in the exporter's source. */
export const presets: readonly Preset[] = [
  {
    name: 'dcgm',
    exporter: 'DCGM exporter',
    of: 'devices',
    parts: [
      {
        component: 'gpu',
        metrics: [
          counter('DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', 1e-3, ['UUID']),
          gauge('DCGM_FI_DEV_POWER_USAGE', 1, ['UUID']),
        ],
      },
    ],
    nodeLabels: ['Hostname', 'hostname', ...anyNode],
    missing: onlyGpus('DCGM'),
    example: 'pod=~"bert-.*"',
    source: 'https://github.com/NVIDIA/dcgm-exporter/blob/main/etc/default-counters.csv',
  },
  {
    name: 'node-rapl',
    exporter: "node_exporter's RAPL counters",
    of: 'devices',
    parts: [
      { component: 'cpu', metrics: raplZone('package') },
      { component: 'memory', metrics: raplZone('dram') },
    ],
    nodeLabels: anyNode,
    missing: noGpus('RAPL'),
    example: 'instance=~"node[1-8]:9100"',
    source: `${nodeExporter}/rapl_linux.go`,
  },
  {
    name: 'node-hwmon',
    exporter: "node_exporter's power sensors",
    of: 'devices',
    parts: [
      {
        component: 'system',
        metrics: [
          gauge('node_hwmon_power_average_watt', 1, ['instance', 'chip', 'sensor']),
          gauge('node_hwmon_power_input_watt', 1, ['instance', 'chip', 'sensor']),
        ],
      },
    ],
    nodeLabels: anyNode,
    missing: [],
    example: 'chip=~".*acpi000d.*"',
    source: `${nodeExporter}/hwmon_linux.go`,
  },
  {
    name: 'scaphandre',
    exporter: 'Scaphandre',
    of: 'devices',
    parts: [{ component: 'cpu', metrics: [counter('scaph_host_energy_microjoules', 1e-6, ['instance'])] }],
    nodeLabels: anyNode,
    contains: ['memory'],
    missing: [
      { component: 'memory', reason: 'Scaphandre gives one figure for all zones of RAPL, shown as CPU' },
      ...noGpus('Scaphandre'),
    ],
    example: 'instance=~"node[1-8]:8080"',
    source: 'https://github.com/hubblo-org/scaphandre/blob/main/docs_src/references/metrics.md',
  },
  {
    name: 'alumet',
    exporter: 'Alumet',
    of: 'devices',
    parts: [
      {
        component: 'gpu',
        metrics: [
          {
            names: 'nvml_instant_power.*(mW|milliwatt|milliWatt).*',
            kind: 'gauge',
            factor: 1e-3,
            identity: ['instance', 'resource_kind', 'resource_id'],
          },
        ],
      },
    ],
    nodeLabels: anyNode,
    missing: (['cpu', 'memory'] as const).map((component) => ({
      component,
      reason: 'Alumet exports energy since its last measurement as a gauge, which Prometheus cannot add up',
    })),
    example: 'instance=~"node[1-8]:9091"',
    source: 'https://github.com/alumet-dev/alumet/blob/main/plugin-prometheus-exporter/src/output.rs',
  },
  {
    name: 'kepler',
    exporter: 'Kepler 0.10 or later, pods',
    of: 'workloads',
    parts: [
      { component: 'cpu', metrics: [keplerZone('pod', 'package')] },
      { component: 'memory', metrics: [keplerZone('pod', 'dram')] },
      {
        component: 'gpu',
        metrics: [
          counter('kepler_pod_gpu_joules_total', 1, ['node_name', 'pod_id', 'gpu']),
          gauge('kepler_pod_gpu_watts', 1, ['node_name', 'pod_id', 'gpu']),
        ],
      },
    ],
    nodeLabels: ['node_name', ...anyNode],
    missing: [],
    example: 'pod_name=~"bert-.*"',
    source: `${kepler}/main/internal/exporter/prometheus/collector/power_collector.go`,
  },
  {
    name: 'kepler-node',
    exporter: 'Kepler 0.10 or later, nodes',
    of: 'devices',
    parts: [
      { component: 'cpu', metrics: [keplerZone('node', 'package')] },
      { component: 'memory', metrics: [keplerZone('node', 'dram')] },
      {
        component: 'gpu',
        metrics: [
          counter('kepler_node_gpu_joules_total', 1, ['node_name', 'gpu_uuid']),
          gauge('kepler_node_gpu_watts', 1, ['node_name', 'gpu_uuid']),
        ],
      },
    ],
    nodeLabels: ['node_name', ...anyNode],
    missing: [],
    example: 'node_name=~"node[1-8]"',
    source: `${kepler}/main/internal/exporter/prometheus/collector/power_collector.go`,
  },
  {
    name: 'kepler-platform',
    exporter: 'Kepler 0.10 or later, Redfish',
    of: 'devices',
    parts: [
      {
        component: 'system',
        metrics: [gauge('kepler_platform_watts', 1, ['node_name', 'bmc_id', 'chassis_id', 'power_control_id'])],
      },
    ],
    nodeLabels: ['node_name', ...anyNode],
    missing: [],
    example: 'node_name=~"node[1-8]"',
    source: `${kepler}/main/internal/exporter/prometheus/collector/platform_collector.go`,
  },
  {
    name: 'kepler-old',
    exporter: 'Kepler before 0.10, containers',
    of: 'workloads',
    parts: [
      ...oldKepler('container', 'cpu', 'package'),
      ...oldKepler('container', 'memory', 'dram'),
      ...oldKepler('container', 'gpu', 'gpu'),
    ],
    nodeLabels: ['exported_instance', ...anyNode],
    missing: [],
    example: 'pod_name=~"bert-.*"',
    source: `${kepler}/v0.7.12/pkg/metrics/utils/utils.go`,
  },
  {
    name: 'kepler-old-node',
    exporter: 'Kepler before 0.10, nodes',
    of: 'devices',
    parts: [
      ...oldKepler('node', 'cpu', 'package'),
      ...oldKepler('node', 'memory', 'dram'),
      ...oldKepler('node', 'gpu', 'gpu'),
    ],
    nodeLabels: ['exported_instance', ...anyNode],
    missing: [],
    example: 'exported_instance=~"node[1-8]"',
    source: `${kepler}/v0.7.12/pkg/metrics/utils/utils.go`,
  },
];

/** The names of presets that take a query of the user's own. */
const ownPresets = ['joules', 'watts'] as const;

/** What `--cluster` takes. */
export const presetNames: readonly string[] = [...presets.map(({ name }) => name), ...ownPresets];
