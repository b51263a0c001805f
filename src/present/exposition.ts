import { visibleText, shortened } from './plain-text';

/** Metrics as Prometheus reads them: OpenMetrics 1.0, and Prometheus' own text format 0.0.4. */

/** Figures of one kind. Prometheus tells the samples apart by their labels. */
export interface MetricFamily {
  /** Without the suffix that its type adds, `_total` or `_info`. It ends in its unit. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'info';
  /** In base units, such as "joules"; null without one. */
  readonly unit: string | null;
  /** One sentence. */
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  /** Texts from outside may be any; names are ours. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export type MetricsFormat = 'openmetrics' | 'prometheus';

/** What a server says that it sends. */
export const metricsTypes: Readonly<Record<MetricsFormat, string>> = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
};

/** Longer texts in labels are cut: each scrape sends them again. */
const mostCharacters = 128;

const suffixes: Readonly<Record<MetricFamily['type'], string>> = { counter: '_total', gauge: '', info: '_info' };

/** The text of all families that have samples. */
export function expositionText(families: readonly MetricFamily[], format: MetricsFormat): string {
  const lines = families.filter(({ samples }) => samples.length > 0).flatMap((family) => linesOf(family, format));
  if (format === 'openmetrics') lines.push('# EOF');
  return lines.map((line) => `${line}\n`).join('');
}

function linesOf({ name, type, unit, help, samples }: MetricFamily, format: MetricsFormat): string[] {
  const isOpen = format === 'openmetrics';
  const full = `${name}${suffixes[type]}`;
  // Prometheus' own format has no type for information, and names a counter with its suffix.
  const [family, kind] = isOpen ? [name, type] : [full, type === 'info' ? 'gauge' : type];
  return [
    `# HELP ${family} ${help}`,
    `# TYPE ${family} ${kind}`,
    ...(isOpen && unit !== null ? [`# UNIT ${family} ${unit}`] : []),
    ...samples.map(({ labels, value }) => `${full}${labelsText(labels)} ${value}`),
  ];
}

function labelsText(labels: MetricSample['labels']): string {
  const texts = Object.entries(labels).map(([label, value]) => `${label}="${labelValue(value)}"`);
  return texts.length === 0 ? '' : `{${texts.join(',')}}`;
}

/** A text between the quotes of a label. Both formats escape three characters, and take all others as they are. */
function labelValue(text: string): string {
  const shown = visibleText(shortened(text, mostCharacters));
  return shown.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
