import * as v from 'valibot';
import { intensityShape } from '../place/intensity';
import { mostPue } from '../place/limits';
import { components, methods } from '../power/source';
import { between, noted, type Note, type Shape } from '../system/shapes';
import { originShape } from './origin';
import { progressUnits } from './progress/epoch-event';

/**
 * What a run is: every field once, with its type, its unit and one line for people. From this text come the types of
 * the header (the first line of the journal file), of its updates and of the record, the reader of the journal, the
 * JSON Schema (schemas/run.schema.json) and the table in docs/json.md. A new field is one line; then `npm run docs`.
 */

/** One field of a run. A form that is absent does not have the field. */
export interface RunField extends Note {
  /** As it is known when the run starts; the first line of its file. */
  readonly header?: Shape;
  /** As a later line of the file may change it. */
  readonly update?: Shape;
  /** As records have it. */
  readonly record?: Shape;
  /** As the public JSON has it, where that differs from the record. */
  readonly json?: Shape;
}

type More = Omit<Note, 'description'>;

/** The same in header and record, and known for good when the run starts. */
function fixed<S extends Shape>(shape: S, description: string, more: More = {}) {
  return { header: shape, record: shape, description, ...more };
}

/** The same in header and record; it may become known, or change, while the run goes on. */
function changing<S extends Shape>(shape: S, description: string, more: More = {}) {
  return { header: shape, update: v.exactOptional(shape), record: shape, description, ...more };
}

/** Always in the record; in the header it may be absent, as in those of early versions. */
function later<H extends Shape, R extends Shape>(header: H, record: R, description: string, more: More = {}) {
  return { header: v.exactOptional(header), update: v.exactOptional(header), record, description, ...more };
}

/** Calculated from the lines of the journal. */
function calculated<S extends Shape>(shape: S, description: string, more: More = {}) {
  return { record: shape, description, ...more };
}

const text = v.string();
const texts = v.array(text);
export const count = between(0, 1e12);
const component = v.picklist(components);
const pue = between(0, mostPue);
const time = v.pipe(text, v.isoTimestamp());
/** A figure of a record; null is unknown, 0 is measured or certain. */
const figure = v.nullable(v.number());

/** Milliseconds since the epoch, from 1970 to 2170: the journal holds what was measured. */
export const moment = between(0, 6.4e12);

export const kindShape = v.picklist(['debug', 'launch', 'task', 'terminal', 'notebook', 'command', 'manual']);
export const scopeShape = v.picklist(['run', 'machine']);
/** Between which a PUE lies. */
export const limitsShape = v.object({ low: pue, high: pue });

const factor = between(0, 1e4);

export const sourceShape = v.object({
  component: noted(component, 'what it measures; `system` is the whole machine'),
  method: noted(v.picklist(methods), 'how its figures come about, from the surest to the least sure'),
  name: noted(text, 'a stable short name, such as `intel-rapl:0` or the UUID of a GPU'),
  label: noted(text, 'its name for people'),
  band: noted(
    v.object({ low: noted(factor, 'the lower one'), high: noted(factor, 'the upper one') }),
    'factors on a figure between which the truth is expected',
  ),
  shared: v.exactOptional(
    noted(
      v.boolean(),
      'a GPU that does not say whose work it did: all of it above idle is shared by the runs that may use it',
    ),
  ),
});

export const missingShape = v.object({
  component: noted(component, 'what could not be known'),
  reason: noted(text, 'why'),
});

export const hardwareShape = v.object({
  id: noted(v.nullable(text), 'a hash that identifies the computer without naming it'),
  cpu: noted(v.nullable(text), 'the model of the processor'),
  cpuCount: noted(v.nullable(count), 'logical processors'),
  memoryGigabytes: noted(v.nullable(count), 'main memory', { unit: 'GB' }),
});

export const gapShape = v.object({
  from: noted(time, 'when it began'),
  to: noted(time, 'when it ended'),
  seconds: noted(v.number(), 'its length', { unit: 's' }),
  reason: noted(text, 'why nothing is known of it'),
  component: noted(component, 'what is lost; `system`: all components, or the source of the whole machine'),
  scope: v.exactOptional(
    noted(v.literal('run'), "there where the machine's figure is known and only the run's share of it is not"),
  ),
});

export const progressShape = v.object({
  unit: noted(v.picklist(progressUnits), 'what is counted'),
  done: noted(v.number(), 'how many are done'),
  total: noted(figure, 'how many there will be; `null` where the output does not say'),
  of: noted(figure, 'the earlier name of `total`'),
  fits: noted(v.number(), 'how many trainings the run held; the other figures are those of the last'),
  metrics: noted(v.record(text, v.number()), 'the last values by their names'),
  metric: noted(v.nullable(text), 'the metric that is watched: `val_loss` before all'),
  best: noted(
    v.nullable(
      v.object({
        metric: noted(text, 'its name'),
        value: noted(v.number(), 'its best value'),
        epoch: noted(v.number(), 'when it was reached, counted in `unit`'),
        seconds: noted(v.number(), 'the time used by then', { unit: 's' }),
        energyWh: noted(figure, 'the energy used by then', { unit: 'Wh' }),
      }),
    ),
    'where that metric was best',
  ),
});

const watts = { unit: 'W' };
const wattHours = { unit: 'Wh' };
const grams = { unit: 'g CO2e' };

const energyMembers = {
  total: noted(figure, 'the sum of the known parts, or what a source of the whole machine measured', wattHours),
  low: noted(figure, 'the lower limit of `total`', wattHours),
  high: noted(figure, 'the upper limit of `total`; what a gap can have held widens it', wattHours),
  cpu: noted(
    figure,
    'the processor; `null` where it is unknown or where only the whole machine is measured',
    wattHours,
  ),
  gpu: noted(figure, 'the graphics cards; 0 where the machine has none', wattHours),
  memory: noted(figure, 'the main memory', wattHours),
};

export const runFields = {
  version: calculated(v.literal(1), 'the version of this format'),
  id: fixed(text, 'the run in the journal; it sorts by time'),
  name: changing(text, 'its script, or the name that it was given'),
  kind: changing(kindShape, 'what started it: `launch` is a start without debugging, `command` is `green-ml run`'),
  command: changing(
    v.nullable(texts),
    'the command line, `null` if the editor started the run. It stays on this machine',
  ),
  folder: fixed(v.nullable(text), 'the folder that the run belongs to. It stays on this machine'),
  status: calculated(v.picklist(['running', 'completed', 'interrupted']), '`interrupted`: the recorder was killed'),
  exitCode: calculated(figure, "the command's exit code, 128 + n after signal n"),
  startedAt: {
    header: moment,
    record: time,
    description: "the command's own start: what the meter does before is not in it",
  },
  endedAt: calculated(time, "the command's own end, or the last moment that is known of it"),
  durationSeconds: calculated(v.number(), 'the measured time between the two', { unit: 's' }),
  scope: changing(
    scopeShape,
    "whose energy `averageWatts`, `emissionsGrams` and budgets count: the run's share above idle, or the whole machine's",
  ),
  energyWh: calculated(v.object(energyMembers), "**this run's share** of what the machine used above idle"),
  machineWh: calculated(
    v.object({ ...energyMembers, idle: noted(figure, 'the part of `total` that flows without any load', wattHours) }),
    'the whole machine during the run',
  ),
  averageWatts: calculated(
    figure,
    'energy of the scope ÷ duration. Time in gaps is left out of both, component by component, so that a gap does not lower the mean',
    watts,
  ),
  emissionsGrams: calculated(
    v.nullable(
      v.object({
        value: noted(v.number(), 'energy of the scope × PUE × carbon intensity', grams),
        low: noted(v.number(), 'its lower limit', grams),
        high: noted(v.number(), 'its upper limit', grams),
      }),
    ),
    'greenhouse gases of the scope in CO2 equivalent; the PUE is in them, and nowhere else',
  ),
  intensity: changing(v.nullable(intensityShape), 'the carbon intensity of the grid'),
  pue: changing(pue, "the data centre's overhead: total ÷ computing energy; 1 on your own machine"),
  pueLimits: {
    header: v.exactOptional(limitsShape),
    update: v.exactOptional(limitsShape),
    description: 'the limits of the PUE; absent where it is exact',
  },
  pueLow: calculated(v.number(), 'the lower limit of the PUE; it is in that of the emissions'),
  pueHigh: calculated(v.number(), 'the upper limit of the PUE; it is in that of the emissions'),
  pueFrom: later(
    v.nullable(originShape),
    v.exactOptional(v.nullable(originShape)),
    "who set the PUE; `null` where nobody did, and it is the place's own",
  ),
  sources: changing(v.array(sourceShape), 'what each figure came from'),
  missing: changing(v.array(missingShape), 'components that could not be known'),
  gaps: calculated(
    v.array(gapShape),
    "times that are left out of the figures. A gap before `startedAt` is work that the run's process had done before the measurement began: `high` holds what it can have used",
  ),
  processes: calculated(
    v.object({
      peak: noted(v.number(), 'most processes of the run at one time, the first one included, the meter not'),
    }),
    'the processes of the run',
  ),
  progress: {
    record: v.exactOptional(progressShape),
    json: v.exactOptional(v.nullable(progressShape)),
    description:
      'how far a training came, read from what the command printed; `null` or absent where nothing was read or nothing was said. Output is read on a pipe and, on Linux and macOS where Python 3 is installed, at a terminal; `--no-progress` switches this off',
  },
  meter: calculated(
    v.object({
      cpuSeconds: noted(
        figure,
        'CPU time; of `green-ml run` all that its process and its helper programs used from their start to the end of the command. Writing the record and ending come after, about 0.02 s',
        { unit: 's' },
      ),
      samples: noted(v.number(), 'how often the meter looked'),
    }),
    'what measuring cost',
  ),
  notes: changing(texts, 'sentences that a reader of the figures should know'),
  parent: calculated(
    v.nullable(text),
    'the recorded run that this one is a part of (`green-ml run` inside `green-ml run`, or inside a run that the editor measures); `null` where it stands alone',
  ),
  ancestors: later(texts, texts, 'all runs around it, the nearest first'),
  children: later(texts, texts, "runs whose recorder was found among this run's processes"),
  hardware: {
    header: v.exactOptional(hardwareShape),
    record: v.nullable(hardwareShape),
    description: 'what it ran on; `null` in older records. Graphics cards are among `sources`',
  },
  recorder: {
    /** It tells a run that goes on from one whose recorder was killed; the processes above it prove that a run is a part of another one. */
    header: v.object({ pid: count, version: text, lineage: v.exactOptional(v.array(count)) }),
    description: 'who writes the record',
  },
} satisfies Readonly<Record<string, RunField>>;

type Form = 'header' | 'update' | 'record';

/** The fields that one form of a run has. */
export type Fields<F extends Form, All = typeof runFields> = {
  [Name in keyof All as All[Name] extends Readonly<Record<F, Shape>> ? Name : never]: All[Name] extends Readonly<
    Record<F, infer S>
  >
    ? S
    : never;
};

/** The fields that one form of a run has. */
export function fieldsOf<F extends Form, All extends Readonly<Record<string, RunField>>>(
  form: F,
  all: All,
): Fields<F, All> {
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, field]) => (field[form] === undefined ? [] : [[name, field[form]]])),
  ) as Fields<F, All>;
}
