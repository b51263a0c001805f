import type { MetricFamily, MetricSample } from '../present/exposition';
import { wattHoursToJoules } from '../units/convert';
import { countedEnergy, gapSecondsOf, headlineFigures } from './describe';
import type { RunRecord } from './record';
import { leastSure } from './record-sources';

/**
 * The figures of a run as Prometheus' conventions want them: base units, counters that only grow, and no sample for what is
 * unknown. docs/clusters.md lists them.
 */

type Labels = MetricSample['labels'];
type Energy = RunRecord['energyWh'] | RunRecord['machineWh'];

/** A part of a counter, and what tells it from the others. */
interface Part {
  readonly component: string;
  readonly joules: number;
}

/**
 * The metrics of one run. It remembers what it has given: the total of a record may be corrected downwards, but Prometheus
 * takes a counter that falls for one that began anew, and would count all of it again. The help of a metric is the same for all
 * runs: node_exporter refuses a metric whose files differ in it.
 */
export class RunMetrics {
  private readonly given = new Map<string, Given>();

  constructor(private readonly version: string) {}

  /** @param watts the recent power; null if it is unknown, or the run has ended */
  families(record: RunRecord, watts: number | null): readonly MetricFamily[] {
    const labels = { run: record.id, name: record.name, kind: record.kind, scope: record.scope };
    const { wattHours, low, high, grams } = headlineFigures(record);
    const isKnown = wattHours !== null;
    const gauge = (value: number | null): MetricSample[] =>
      value === null || !Number.isFinite(value) ? [] : [{ labels, value }];
    const counter = (name: string, value: number | null): MetricSample[] => this.grown(name, value, labels);
    const joules = (value: number | null): number | null => (value === null ? null : wattHoursToJoules(value));
    const emitted = isKnown ? grams : null;
    return [
      {
        name: 'green_ml_run',
        type: 'info',
        unit: null,
        help: 'What is measured: parent is the run that contains this one.',
        samples: [
          {
            labels: {
              ...labels,
              version: this.version,
              ...(record.parent === null ? {} : { parent: record.parent }),
            },
            value: 1,
          },
        ],
      },
      family(
        'green_ml_energy_joules',
        'counter',
        'Energy of the scope: the share of the run above idle, or the whole machine or the selected devices of a cluster.',
        counter('energy', joules(wattHours)),
      ),
      family(
        'green_ml_energy_low_joules',
        'gauge',
        'Lower limit of green_ml_energy_joules_total.',
        gauge(isKnown ? joules(low) : null),
      ),
      family(
        'green_ml_energy_high_joules',
        'gauge',
        'Upper limit of green_ml_energy_joules_total.',
        gauge(isKnown ? joules(high) : null),
      ),
      family(
        'green_ml_component_energy_joules',
        'counter',
        'Energy of the scope, by component and by how it was found.',
        this.parts('component', countedEnergy(record), record, labels),
      ),
      family(
        'green_ml_machine_energy_joules',
        'counter',
        'Energy of the whole machine, or of the selected devices of a cluster, during the run.',
        counter('machine', joules(record.machineWh.total)),
      ),
      family(
        'green_ml_machine_idle_energy_joules',
        'counter',
        'The part of green_ml_machine_energy_joules_total that the machine uses without any load.',
        counter('idle', joules(record.machineWh.idle)),
      ),
      family(
        'green_ml_machine_component_energy_joules',
        'counter',
        'The same by component and by how it was found.',
        this.parts('machine component', record.machineWh, record, labels),
      ),
      family(
        'green_ml_power_watts',
        'gauge',
        'Mean power of the scope over the last seconds.',
        gauge(isKnown ? watts : null),
      ),
      family(
        'green_ml_emissions_grams',
        'counter',
        'Greenhouse gases of the counted energy in CO2 equivalent, with the PUE.',
        counter('emissions', emitted?.value ?? null),
      ),
      family(
        'green_ml_emissions_low_grams',
        'gauge',
        'Lower limit of green_ml_emissions_grams_total.',
        gauge(emitted?.low ?? null),
      ),
      family(
        'green_ml_emissions_high_grams',
        'gauge',
        'Upper limit of green_ml_emissions_grams_total.',
        gauge(emitted?.high ?? null),
      ),
      family('green_ml_measured_seconds', 'counter', 'Measured time.', counter('measured', record.durationSeconds)),
      family(
        'green_ml_gap_seconds',
        'counter',
        'Time in which at least one component gave no figure. Its energy is left out.',
        counter('gaps', gapSecondsOf(record)),
      ),
      family(
        'green_ml_run_start_timestamp_seconds',
        'gauge',
        'When the run began, since the epoch.',
        gauge(Date.parse(record.startedAt) / 1000),
      ),
      family(
        'green_ml_run_end_timestamp_seconds',
        'gauge',
        'When the run ended, since the epoch.',
        gauge(record.status === 'running' ? null : Date.parse(record.endedAt) / 1000),
      ),
      {
        ...family('green_ml_run_exit_code', 'gauge', 'The exit code of the command.', gauge(record.exitCode)),
        unit: null,
      },
    ];
  }

  /** Joules by component and method. What is added while a method is in use counts as found by it, so that all add up. */
  private parts(name: string, energy: Energy, record: RunRecord, labels: Labels): MetricSample[] {
    return partsOf(energy, record).flatMap(({ component, joules }) => {
      const method = leastSure(record.sources.filter((each) => each.component === component));
      if (method === null) return [];
      return this.grown(`${name} ${component}`, joules, { ...labels, component }, { method });
    });
  }

  /** The samples of a counter: one, or one for each value that the changing labels have had. */
  private grown(key: string, value: number | null, labels: Labels, changing: Labels = {}): MetricSample[] {
    const given = this.given.get(key) ?? { most: 0, samples: new Map<string, { labels: Labels; value: number }>() };
    if (value !== null && Number.isFinite(value)) {
      this.given.set(key, given);
      const text = Object.values(changing).join();
      const sample = given.samples.get(text) ?? { labels: changing, value: 0 };
      sample.value += Math.max(0, value - given.most);
      given.most = Math.max(given.most, value);
      given.samples.set(text, sample);
    }
    return [...given.samples.values()].map((sample) => ({
      labels: { ...labels, ...sample.labels },
      value: sample.value,
    }));
  }
}

interface Given {
  /** The highest sum so far. */
  most: number;
  readonly samples: Map<string, { readonly labels: Labels; value: number }>;
}

/** Its unit is the last word of its name. */
function family(
  name: string,
  type: MetricFamily['type'],
  help: string,
  samples: readonly MetricSample[],
): MetricFamily {
  return { name, type, unit: name.slice(name.lastIndexOf('_') + 1), help, samples };
}

/** The components with a figure. A source of the whole machine stands for all of them. */
function partsOf(energy: Energy, { sources }: RunRecord): Part[] {
  const part = (component: string, wattHours: number | null): Part[] =>
    wattHours === null ? [] : [{ component, joules: wattHoursToJoules(wattHours) }];
  if (energy.cpu === null && sources.some(({ component }) => component === 'system'))
    return part('system', energy.total);
  return [...part('cpu', energy.cpu), ...part('gpu', energy.gpu), ...part('memory', energy.memory)];
}
