import * as v from 'valibot';
import { components } from '../power/source';
import { between, type ShapedMembers } from '../system/shapes';
import { count, moment } from './run';

/** Seconds: a century. */
export const mostSeconds = 3.2e9;

/** Seconds, or exactly 0: dividing by almost nothing would make any power infinite. */
export const seconds = v.custom<number>(
  (value) => value === 0 || (typeof value === 'number' && value >= 1e-6 && value <= mostSeconds),
);
/** A difference of two sums may be slightly below zero because of rounding. */
const joules = v.nullable(between(-1e-6, Number.MAX_VALUE));
const component = v.picklist(components);

const energy = { cpu: joules, gpu: joules, memory: joules, total: joules, low: joules, high: joules };

const gaps = v.array(
  v.object({
    /** Null if the whole interval is lost, not only one component. */
    component: v.nullable(component),
    reason: v.string(),
    /** Wall-clock length. */
    seconds,
    /** The most energy that can have been used; null if there is no upper limit. */
    atMostJoules: joules,
    /** Set if the machine's figure is known but the run's share of it is not; absent if both are lost. */
    scope: v.exactOptional(v.literal('run')),
    /** When it ended, if that is not the end of the interval. */
    until: v.exactOptional(moment),
  }),
);

const perComponent = v.exactOptional(seconds);
const unknownSeconds = v.object({ cpu: perComponent, gpu: perComponent, memory: perComponent, system: perComponent });

export const intervalEntries = {
  /** Wall-clock end. */
  at: moment,
  /** Monotonic length. */
  seconds,
  run: v.object(energy),
  machine: v.object({ ...energy, idle: joules }),
  /** Processes of the run that are alive at the end; 0 if the run has no known process. */
  processes: count,
  gaps,
  /** Seconds whose energy is in gaps, by component; absent if there are none. */
  unknownSeconds: v.exactOptional(v.object({ run: unknownSeconds, machine: unknownSeconds })),
  /** How many samples were merged into this one; absent for one. */
  merged: v.exactOptional(count),
};

/** The energy of a whole run, read at once after its end: it replaces that of the intervals. */
export const settledEntries = {
  at: moment,
  /** The length of the run by the clock of what was read; absent in files of older versions. */
  seconds: v.exactOptional(seconds),
  run: intervalEntries.run,
  machine: intervalEntries.machine,
  gaps,
  unknownSeconds: intervalEntries.unknownSeconds,
};

export const fillEntries = {
  /** The end and the length of the interval. */
  at: moment,
  seconds,
  /** Added to the run's energy. */
  run: v.object(energy),
  /** Whether nothing was known about the run in this interval before this fill. */
  wasUnknown: v.boolean(),
  gaps,
  /** Time that is still in gaps; absent if there is none. */
  unknownSeconds: v.exactOptional(unknownSeconds),
};

/** What one run and the machine used between two ticks of the sampler: one line of the journal. */
export type RunInterval = ShapedMembers<typeof intervalEntries>;

/** The energy of a whole run, known exactly after its end. */
export type SettledEnergy = ShapedMembers<typeof settledEntries>;

/** What became known later about a run's share of one interval: a journal line after the interval's own. */
export type IntervalFill = ShapedMembers<typeof fillEntries>;
