import { mostGramsPerKWh, mostPue } from '../place/limits';
import { between, isNumber, isText, listOf, mapOf, oneOf, optional, orNull, shape, type Check } from './checks';

/**
 * What the lines of a run's file must look like before a figure is taken from them. Limits are far beyond anything
 * real, so that no honest figure is lost, and one damaged figure does not become the sum of a whole report.
 */

/** Watts: a cluster of a thousand large servers. */
const mostWatts = 1e7;
/** Seconds: a century. */
const mostSeconds = 3.2e9;
/** Anything that is counted: processes, samples, epochs. */
const mostCounted = 1e12;
/** Factors of a band. */
const mostFactor = 1e4;

/** Or nothing at all: a divisor of next to nothing makes any power infinite. */
const leastSeconds = 1e-6;

const seconds: Check = (value) => value === 0 || between(leastSeconds, mostSeconds)(value);
const count = between(0, mostCounted);
const grams = between(0, mostGramsPerKWh);
const pue = between(0, mostPue);
const factor = between(0, mostFactor);

const component = oneOf(['cpu', 'gpu', 'memory', 'system']);
const kind = oneOf(['debug', 'launch', 'task', 'terminal', 'notebook', 'command', 'manual']);
const scope = oneOf(['run', 'machine']);
const method = oneOf(['counter', 'sensor', 'calibrated', 'model', 'assumed']);
/** A difference of two sums may come out below zero by a rounding error. */
const joules = orNull((value) => isNumber(value) && (value as number) > -1e-6);

const intensity = shape({
  gramsPerKWh: grams,
  low: grams,
  high: grams,
  zone: orNull(isText),
  region: optional(isText),
  year: orNull(isNumber),
  source: isText,
  basis: oneOf(['lifecycle', 'operational', 'given']),
  chosenBy: oneOf(['person', 'setting', 'project file', 'guess', 'none']),
  file: optional(isText),
});

const origin = orNull(shape({ by: oneOf(['person', 'setting', 'project file']), file: optional(isText) }));

const sources = listOf(
  shape({
    component,
    method,
    name: isText,
    label: isText,
    band: shape({ low: factor, high: factor }),
    shared: optional((value) => typeof value === 'boolean'),
  }),
);
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
  pue,
  pueLimits: optional(shape({ low: pue, high: pue })),
  pueFrom: optional(origin),
  sources,
  missing,
  notes,
  recorder: shape({ pid: count, version: isText, lineage: optional(listOf(count)) }),
  hardware: optional(
    shape({ id: orNull(isText), cpu: orNull(isText), cpuCount: orNull(count), memoryGigabytes: orNull(count) }),
  ),
  ancestors: optional(listOf(isText)),
  children: optional(listOf(isText)),
});

const unknownSeconds = shape({
  cpu: optional(seconds),
  gpu: optional(seconds),
  memory: optional(seconds),
  system: optional(seconds),
});

const energy = { cpu: joules, gpu: joules, memory: joules, total: joules, low: joules, high: joules };

const gaps = listOf(
  shape({
    component: orNull(component),
    reason: isText,
    seconds,
    atMostJoules: joules,
    scope: optional(oneOf(['run'])),
    until: optional(isDate),
  }),
);

const sampleShape = shape({
  at: isDate,
  seconds,
  run: shape(energy),
  machine: shape({ ...energy, idle: joules }),
  processes: count,
  gaps,
  unknownSeconds: optional(shape({ run: unknownSeconds, machine: unknownSeconds })),
  merged: optional(count),
});

interface Figures {
  readonly total: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Sums of rounded figures differ in their last digits. */
const rounding = 1e-3;

function isAtMost(part: number | null, whole: number | null): boolean {
  return part === null || whole === null || part <= whole * (1 + rounding) + rounding;
}

/** A figure lies within its limits, and a run uses no more than its machine. */
function agree(run: Figures, machine: Figures): boolean {
  const isWithin = ({ total, low, high }: Figures): boolean => isAtMost(low, total) && isAtMost(total, high);
  return isWithin(run) && isWithin(machine) && isAtMost(run.total, machine.total);
}

/** A sample whose energy some machine could have used in its time. */
function sample(value: unknown): boolean {
  if (!sampleShape(value)) return false;
  const {
    seconds: measured,
    run,
    machine,
    gaps,
  } = value as {
    seconds: number;
    run: Figures;
    machine: Figures;
    gaps: readonly { seconds: number; atMostJoules: number | null }[];
  };
  const possible = (joulesOfPart: unknown, time: number): boolean =>
    typeof joulesOfPart !== 'number' || joulesOfPart <= mostWatts * Math.max(1, time);
  const longest = Math.max(measured, ...gaps.map((gap) => gap.seconds));
  return (
    agree(run, machine) &&
    [run, machine].every((scopeEnergy) => Object.values(scopeEnergy).every((part) => possible(part, measured))) &&
    gaps.every((gap) => possible(gap.atMostJoules, longest))
  );
}

const fillShape = shape({
  at: isDate,
  seconds,
  run: shape(energy),
  wasUnknown: (value) => typeof value === 'boolean',
  gaps,
  unknownSeconds: optional(unknownSeconds),
});

/** What some machine could have used in the time of the sample. */
function fill(value: unknown): boolean {
  return (
    fillShape(value) &&
    sample({
      ...(value as object),
      unknownSeconds: undefined,
      machine: { cpu: null, gpu: null, memory: null, total: null, low: null, high: null, idle: null },
      processes: 0,
    })
  );
}

const update = shape({
  name: optional(isText),
  kind: optional(kind),
  command: optional(orNull(listOf(isText))),
  scope: optional(scope),
  intensity: optional(orNull(intensity)),
  pue: optional(pue),
  pueLimits: optional(shape({ low: pue, high: pue })),
  pueFrom: optional(origin),
  notes: optional(notes),
  sources: optional(sources),
  missing: optional(missing),
  ancestors: optional(listOf(isText)),
  children: optional(listOf(isText)),
});

const usage = { at: isDate, seconds, wattHours: orNull(between(-1e-6, (mostWatts / 3600) * mostSeconds)) };

const progress = shape({
  mark: shape({
    ...usage,
    unit: oneOf(['epoch', 'round', 'trial', 'iteration', 'step']),
    epoch: between(-mostCounted, mostCounted),
    of: orNull(between(-mostCounted, mostCounted)),
    metrics: mapOf(isNumber),
    fit: count,
  }),
  best: orNull(
    shape({
      ...usage,
      metric: isText,
      value: isNumber,
      epoch: between(-mostCounted, mostCounted),
      evaluationsSince: count,
      lastEvaluation: isNumber,
    }),
  ),
});

const end = shape({ at: isDate, exitCode: orNull(between(-(2 ** 32), 2 ** 32)), meterCpuSeconds: seconds });

const lines: Readonly<Record<string, Check>> = { start, sample, fill, update, progress, end };

/** Whether a parsed line is of a known type and every figure in it of the type that it must have. */
export function isJournalLine(value: Readonly<Record<string, unknown>>): boolean {
  const { type } = value;
  return typeof type === 'string' && Object.hasOwn(lines, type) && lines[type]?.(value) === true;
}

/** Milliseconds since the epoch, from 1970 to 2170: the journal holds what was measured. */
function isDate(value: unknown): boolean {
  return between(0, 2 * mostSeconds * 1000)(value);
}
