import { isAmount, isNumber, isText, listOf, mapOf, oneOf, optional, orNull, shape, type Check } from './checks';

/** What the lines of a run's file must look like before a figure is taken from them. */

const component = oneOf(['cpu', 'gpu', 'memory', 'system']);
const kind = oneOf(['debug', 'launch', 'task', 'terminal', 'notebook', 'command', 'manual']);
const scope = oneOf(['run', 'machine']);
const method = oneOf(['counter', 'sensor', 'calibrated', 'model', 'assumed']);
/** A difference of two sums may come out below zero by a rounding error. */
const joules = orNull((value) => isNumber(value) && (value as number) > -1e-6);

const intensity = shape({
  gramsPerKWh: isAmount,
  low: isAmount,
  high: isAmount,
  zone: orNull(isText),
  year: orNull(isNumber),
  source: isText,
  basis: oneOf(['lifecycle', 'operational', 'given']),
  chosenBy: oneOf(['person', 'setting', 'guess', 'none']),
});

const sources = listOf(shape({ component, method, name: isText, label: isText, band: shape({ low: isAmount, high: isAmount }) }));
const missing = listOf(shape({ component, reason: isText }));
const notes = listOf(isText);

const start = shape({
  id: isText,
  name: isText,
  kind,
  command: orNull(listOf(isText)),
  folder: orNull(isText),
  startedAt: isDate,
  scope,
  intensity: orNull(intensity),
  pue: isAmount,
  pueLimits: optional(shape({ low: isAmount, high: isAmount })),
  sources,
  missing,
  notes,
  recorder: shape({ pid: isAmount, version: isText }),
});

const energy = { cpu: joules, gpu: joules, memory: joules, total: joules, low: joules, high: joules };

const sample = shape({
  at: isDate,
  seconds: isAmount,
  run: shape(energy),
  machine: shape({ ...energy, idle: joules }),
  processes: isAmount,
  gaps: listOf(shape({ component: orNull(component), reason: isText, seconds: isAmount, atMostJoules: joules })),
  merged: optional(isAmount),
});

const update = shape({
  name: optional(isText),
  scope: optional(scope),
  intensity: optional(orNull(intensity)),
  pue: optional(isAmount),
  pueLimits: optional(shape({ low: isAmount, high: isAmount })),
  notes: optional(notes),
  sources: optional(sources),
  missing: optional(missing),
});

const usage = { at: isDate, seconds: isAmount, wattHours: joules };

const progress = shape({
  mark: shape({
    ...usage,
    unit: oneOf(['epoch', 'round', 'step']),
    epoch: isNumber,
    of: orNull(isNumber),
    metrics: mapOf(isNumber),
    fit: isAmount,
  }),
  best: orNull(shape({ ...usage, metric: isText, value: isNumber, epoch: isNumber, evaluationsSince: isAmount, lastEvaluation: isNumber })),
});

const end = shape({ at: isDate, exitCode: orNull(isNumber), meterCpuSeconds: isAmount });

const lines: Readonly<Record<string, Check>> = { start, sample, update, progress, end };

/** Whether a parsed line is of a known type and every figure in it of the type that it must have. */
export function isJournalLine(value: Readonly<Record<string, unknown>>): boolean {
  const { type } = value;
  return typeof type === 'string' && Object.hasOwn(lines, type) && lines[type]?.(value) === true;
}

/** Milliseconds since the epoch that a `Date` can hold. */
function isDate(value: unknown): boolean {
  return typeof value === 'number' && !Number.isNaN(new Date(value).getTime());
}
