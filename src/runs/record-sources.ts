import { methods, type Method, type SourceDescription, type SourceReading } from '../power/source';
import type { RecordedSource } from './header';

/** What a record keeps of a source. */
export function recordedSource({
  component,
  method,
  name,
  label,
  band,
  inProcessor,
}: SourceDescription): RecordedSource {
  return { component, method, name, label, band, ...(inProcessor === true ? { inProcessor } : {}) };
}

/** The least sure method of some sources; null without a source. */
export function leastSure(sources: readonly Pick<RecordedSource, 'method'>[]): Method | null {
  return methods[Math.max(...sources.map(({ method }) => methods.indexOf(method)))] ?? null;
}

/**
 * The sources of a record after one more interval: sources that have joined (a driver's tool that answered late) are
 * added with their first figure, and a GPU that does not report who uses it is marked as shared. Null if nothing
 * changed.
 */
export function sourcesAfter(
  known: readonly RecordedSource[],
  readings: readonly SourceReading[],
  hasProcesses: boolean,
): readonly RecordedSource[] | null {
  let sources = known;
  for (const { source, users, outcome } of readings) {
    const { component, name } = source;
    const at = sources.findIndex((each) => each.name === name && each.component === component);
    const isShared =
      component === 'gpu' && hasProcesses && users === null && outcome.kind === 'energy' && outcome.joules > 0;
    const before = sources[at];
    if (before === undefined ? outcome.kind !== 'energy' : !isShared || before.shared === true) continue;
    const after: RecordedSource = {
      ...recordedSource(source),
      ...before,
      ...(isShared ? { shared: true } : {}),
    };
    sources = before === undefined ? [...sources, after] : sources.map((each, index) => (index === at ? after : each));
    if (before === undefined) sources = sources.filter((each) => each.name !== source.replaces);
  }
  return sources === known ? null : sources;
}
