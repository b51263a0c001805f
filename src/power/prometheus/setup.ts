import { shortened } from '../../present/plain-text';
import type { Component } from '../source';
import { longMilliseconds, type PrometheusClient, type Problem, type Series } from './client';
import { presetNames, presets, type Matcher, type Metric, type Part, type Preset } from './presets';
import { figureLabel, ownSeries, presenceQuery, seriesOf, type ChosenPart } from './queries';
import { parseSelector, selectorText } from './selector';

/** What a person chose: a preset, and the series of the run or a query. */
export interface ClusterSource {
  readonly preset: string;
  /** Conditions on labels; null for a query. */
  readonly select: string | null;
  /** The user's own PromQL, for the presets `joules` and `watts`. */
  readonly query: string | null;
}

/** What will be asked of the server. */
export interface ClusterSetup {
  readonly kind: 'setup';
  readonly sources: readonly ClusterSource[];
  readonly of: Preset['of'];
  readonly parts: readonly ChosenPart[];
  readonly missing: readonly { readonly component: Component; readonly reason: string }[];
  /** The usual distance of two scrapes. */
  readonly scrapeSeconds: number;
  /** Whether any series fit the selectors when it was asked. */
  readonly hasSeries: boolean;
  /** The server's clock minus ours, seconds. */
  readonly clockAhead: number;
}

/** A source whose words were understood. */
interface ReadSource {
  readonly source: ClusterSource;
  readonly preset: Pick<Preset, 'exporter' | 'of' | 'parts' | 'nodeLabels' | 'missing' | 'contains'>;
  readonly matchers: readonly Matcher[];
}

/** Prometheus' own default is a minute. */
const usualScrapeSeconds = 60;
const densityWindowSeconds = 300;
const mostPastSeconds = 3600;
/** The names of nodes in a query of the user's own. */
const nodeLabelsOfQueries = ['node', 'Hostname', 'hostname', 'node_name', 'nodename', 'exported_instance', 'instance'];

const stay = (sentence: string): Problem => ({ kind: 'problem', sentence, mayPass: false });

/** Checks what a person wrote, without asking the server. */
export function readSources(sources: readonly ClusterSource[]): readonly ReadSource[] | Problem {
  const read: ReadSource[] = [];
  for (const source of sources) {
    const one = readSource(source);
    if ('kind' in one) return one;
    read.push(one);
  }
  if (read.length === 0) return stay(`no preset is given; choose one of ${presetNames.join(', ')}.`);
  const twice = read.find((one, index) => read.findIndex((each) => each.source.preset === one.source.preset) < index);
  if (twice !== undefined)
    return stay(
      `${twice.source.preset} is given twice, which could count the same energy twice; ${isOwn(twice) ? 'add both up in one query' : 'select all of its devices at once, as in label=~"a|b"'}.`,
    );
  const own = read.find(isOwn);
  const other = read.find((one) => !isOwn(one));
  if (own !== undefined && other !== undefined)
    return stay(
      `a query counts as all of the energy, so that of ${other.source.preset} would be left out; add both up in one query, or choose one of them.`,
    );
  const [shares] = read.filter(({ preset }) => preset.of === 'workloads');
  const whole = read.find(({ preset }) => preset.parts.some(({ component }) => component === 'system'));
  if (shares !== undefined && whole !== undefined)
    return stay(
      `${whole.source.preset} measures all of a machine, and so what ${shares.source.preset} gives to workloads a second time; choose one of them.`,
    );
  return read;
}

/** Whose energy the sources measure together: the share of workloads, with the GPUs that they have for themselves; or devices. */
function ofAll(read: readonly ReadSource[]): Preset['of'] {
  return read.some(({ preset }) => preset.of === 'workloads') ? 'workloads' : 'devices';
}

/** The scope of a run that takes these sources. */
export function scopeOf(read: readonly ReadSource[]): 'run' | 'machine' {
  return ofAll(read) === 'devices' ? 'machine' : 'run';
}

function readSource(source: ClusterSource): ReadSource | Problem {
  const { preset: name, select, query } = source;
  if (name === 'joules' || name === 'watts') {
    if (query === null || query.trim() === '')
      return stay(`the preset ${name} needs PromQL whose values are ${name}; give it with --query.`);
    const own: Metric = { kind: name === 'joules' ? 'counter' : 'gauge', factor: 1, identity: [] };
    return {
      source,
      preset: {
        exporter: 'your query',
        of: 'devices',
        parts: [{ component: 'system', metrics: [own] }],
        nodeLabels: nodeLabelsOfQueries,
        missing: [],
      },
      matchers: [],
    };
  }
  const preset = presets.find((each) => each.name === name);
  if (preset === undefined) return stay(`there is no preset "${name}"; choose one of ${presetNames.join(', ')}.`);
  if (query !== null)
    return stay(`a query is for the presets joules and watts; select the series of ${name} by labels.`);
  if (select === null) return stay(`select the series of the run by their labels, such as ${preset.example}.`);
  const selector = parseSelector(select);
  return selector.kind === 'problem' ? stay(selector.sentence) : { source, preset, matchers: selector.matchers };
}

/**
 * Finds out what the server has: which metrics of each preset, how often it scrapes, and whether series fit.
 *
 * @param past the window of a run that is over, in seconds of the server's clock; null for a run that is about to start
 */
export async function setUp(
  client: PrometheusClient,
  sources: readonly ClusterSource[],
  past: { readonly from: number; readonly to: number } | null,
): Promise<ClusterSetup | Problem> {
  const read = readSources(sources);
  if ('kind' in read) return read;
  const candidates = read.flatMap((one) =>
    one.preset.parts.flatMap((part) => part.metrics.map((metric) => ({ one, part, metric }))),
  );
  const asked = candidates.map(({ one, metric }) =>
    isOwn(one)
      ? { series: ownSeries(one.source.query ?? ''), isOwn: true }
      : { series: seriesOf(metric, []), isOwn: false },
  );
  // All series of the cluster: an hour says enough.
  const pastSeconds =
    past === null ? null : Math.min(mostPastSeconds, Math.max(densityWindowSeconds, past.to - past.from));
  const metrics = await client.query(presenceQuery(asked, pastSeconds), past?.to ?? null, longMilliseconds);
  if (metrics.kind === 'problem') return metrics;
  const counts = figuresOf(metrics.series);
  const found: FoundSource[] = [];
  const missing: { component: Component; reason: string }[] = read.flatMap(({ preset }) => preset.missing);
  for (const one of read) {
    const chosen = one.preset.parts.flatMap((part) => {
      const index = candidates.findIndex(
        (each, at) => each.one === one && each.part === part && (isOwn(one) || (counts.get(`series ${at}`) ?? 0) > 0),
      );
      return index < 0 ? [] : [{ index, part: chosenPart(one, part, candidates[index]?.metric as Metric) }];
    });
    if (chosen.length === 0) return noMetric(client, one, past !== null);
    found.push({ one, chosen: chosen.map(({ part }) => part) });
    for (const part of one.preset.parts)
      if (part.isIdle !== true && !chosen.some((each) => each.part.component === part.component))
        missing.push({ component: part.component, reason: `Prometheus has no such metric of ${one.preset.exporter}` });
  }
  const parts = countedOnce(found);
  if ('kind' in parts) return parts;
  const fitting = await client.query(
    presenceQuery(
      parts.map(({ series, identity }) => ({ series, isOwn: identity === null })),
      null,
    ),
    past?.to ?? null,
  );
  if (fitting.kind === 'problem') return fitting;
  const fits = figuresOf(fitting.series);
  return {
    kind: 'setup',
    sources,
    of: ofAll(read),
    parts,
    // What one preset lacks, another one may have.
    missing: eachOnce(missing.filter(({ component }) => !parts.some((part) => part.component === component))),
    scrapeSeconds: scrapeSecondsIn(metrics.series) ?? usualScrapeSeconds,
    hasSeries: parts.some((_part, index) => (fits.get(`series ${index}`) ?? 0) > 0),
    clockAhead: metrics.clockAhead,
  };
}

/** One entry for each component, with all reasons why it is missing. */
function eachOnce(missing: ClusterSetup['missing']): ClusterSetup['missing'] {
  return [...new Set(missing.map(({ component }) => component))].map((component) => {
    const reasons = missing.flatMap((each) => (each.component === component ? [each.reason] : []));
    return { component, reason: [...new Set(reasons)].join('; ') };
  });
}

/** A source with the parts that the server has. */
interface FoundSource {
  readonly one: ReadSource;
  readonly chosen: readonly ChosenPart[];
}

/**
 * The parts of all sources, if no two contain the same energy. Where whole GPUs are measured, the share of them that another
 * source gives to workloads is left out: what has a GPU for itself uses all of it.
 */
function countedOnce(found: readonly FoundSource[]): readonly ChosenPart[] | Problem {
  const hasGpus = found.some(({ chosen }) =>
    chosen.some(({ component, of }) => component === 'gpu' && of === 'devices'),
  );
  const parts: { readonly part: ChosenPart; readonly one: ReadSource }[] = [];
  for (const { one, chosen } of found) {
    const kept = chosen.filter(({ component, of }) => !(hasGpus && component === 'gpu' && of === 'workloads'));
    for (const part of kept) {
      const other = parts.find((each) => each.one !== one && doContain(each, { part, one }));
      if (other !== undefined)
        return stay(
          `${other.one.source.preset} and ${one.source.preset} both measure the ${part.component}, which would count it twice; choose one of them.`,
        );
      parts.push({ part, one });
    }
  }
  return parts.map(({ part }) => part);
}

/** Whether two parts have energy in common. */
function doContain(a: { part: ChosenPart; one: ReadSource }, b: { part: ChosenPart; one: ReadSource }): boolean {
  const contains = (x: typeof a, y: typeof a): boolean =>
    x.part.component === y.part.component ||
    (x.one.preset.contains?.includes(y.part.component) === true && x.part.component === 'cpu');
  return contains(a, b) || contains(b, a);
}

function isOwn(one: ReadSource | undefined): boolean {
  return one?.source.query !== null && one?.source.query !== undefined;
}

function chosenPart(one: ReadSource, part: Part, metric: Metric): ChosenPart {
  return {
    component: part.component,
    isIdle: part.isIdle ?? false,
    kind: metric.kind,
    factor: metric.factor,
    series: isOwn(one) ? ownSeries(one.source.query ?? '') : seriesOf(metric, one.matchers),
    identity: isOwn(one) ? null : metric.identity,
    nodeLabels: one.preset.nodeLabels,
    exporter: one.preset.exporter,
    of: one.preset.of,
  };
}

function figuresOf(series: readonly Series[]): ReadonlyMap<string, number> {
  return new Map(series.flatMap(({ labels, value }) => (value === null ? [] : [[labels[figureLabel] ?? '', value]])));
}

/** Scrape intervals that people configure, in seconds. */
const usualIntervals = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 45, 60, 75, 90, 120, 150];

/**
 * The longest usual interval with which a series can have as many samples as the densest one has in each window; null if
 * no window has two.
 */
export function scrapeSecondsIn(series: readonly Series[]): number | null {
  const counted = series.flatMap(({ labels, value }) => {
    const [name, , window] = (labels[figureLabel] ?? '').split(' ');
    return name === 'density' && value !== null && value >= 2 ? [{ window: Number(window), samples: value }] : [];
  });
  if (counted.length === 0) return null;
  const fits = (seconds: number): boolean =>
    counted.every(({ window, samples }) => samples <= Math.floor(window / seconds) + 1);
  return [...usualIntervals].reverse().find(fits) ?? 1;
}

function noMetric(client: PrometheusClient, { preset, source }: ReadSource, isPast: boolean): Problem {
  const [first] = preset.parts.flatMap(({ metrics }) => metrics);
  const name = first?.name ?? first?.names ?? '';
  return stay(
    `${client.shownUrl} ${isPast ? 'had' : 'has'} no metric of ${preset.exporter} (${name})${isPast ? ' in that time' : ''}; check that Prometheus scrapes it, or choose another preset than ${source.preset}.`,
  );
}

/** Why nothing fits the selectors: a label that does not exist, values that differ, or another time. */
export async function whyNothingFits(
  client: PrometheusClient,
  sources: readonly ClusterSource[],
  parts: readonly ChosenPart[],
  at: number,
): Promise<string> {
  const read = readSources(sources);
  const part = parts[0];
  if ('kind' in read || part === undefined) return 'nothing is selected.';
  const matchers = read[0]?.matchers ?? [];
  if (part.identity === null) return 'your query gives no values in that time; correct the query or the time.';
  const shown = shortened(selectorText(matchers), 100);
  const ever = await client.query(`count(last_over_time(${part.series}[7d]))`, null);
  if (ever.kind === 'answer' && ever.series.length > 0)
    return `${shown} fits series of ${part.exporter}, but none in that time; correct the time.`;
  const metric = part.series.slice(0, part.series.indexOf('{'));
  for (const { label } of matchers) {
    if (metric === '') break;
    const values = await client.labelValues(label, metric, at, 5);
    if (values !== null && values.every((value) => value === ''))
      return `no series of ${part.exporter} has the label ${label}; select by another label.`;
    if (values !== null && matchers.length === 1)
      return `no series of ${part.exporter} fits ${shown}; values of ${label} are ${values.map((value) => `"${value}"`).join(', ')}.`;
  }
  return `no series of ${part.exporter} fits ${shown}; correct the selector.`;
}
