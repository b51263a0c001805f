import * as v from 'valibot';
import { components } from '../power/source';
import { between, type ShapedMembers } from '../system/shapes';
import { count, moment } from './run';

/** Seconds: a century. */
export const mostSeconds = 3.2e9;

/** Seconds; or nothing at all: a divisor of next to nothing makes any power infinite. */
export const seconds = v.custom<number>(
  (value) => value === 0 || (typeof value === 'number' && value >= 1e-6 && value <= mostSeconds),
);
/** A difference of two sums may come out below zero by a rounding error. */
const joules = v.nullable(between(-1e-6, Number.MAX_VALUE));
const component = v.picklist(components);

const energy = { cpu: joules, gpu: joules, memory: joules, total: joules, low: joules, high: joules };

const gaps = v.array(
  v.object({
    /** Null when the whole interval is lost, not one component. */
    component: v.nullable(component),
    reason: v.string(),
    /** Wall-clock length. */
    seconds,
    /** The most that can have flowed; null if there is no bound. */
    atMostJoules: joules,
    /** The machine's figure is there, and only the run's share of it is not known; absent if both are lost. */
    scope: v.exactOptional(v.literal('run')),
    /** When it ended, where that is not the end of the interval. */
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
  /** Processes of the run alive at the end; 0 when the run has no known process. */
  processes: count,
  gaps,
  /** Seconds whose energy lies in gaps, by component; absent if there are none. */
  unknownSeconds: v.exactOptional(v.object({ run: unknownSeconds, machine: unknownSeconds })),
  /** How many samples were merged into this one; absent for one. */
  merged: v.exactOptional(count),
};

export const fillEntries = {
  /** Of the interval: its end and its length. */
  at: moment,
  seconds,
  /** What comes to the run's energy. */
  run: v.object(energy),
  /** Nothing was known of the run in this interval; now something is, or the reason why not. */
  wasUnknown: v.boolean(),
  gaps,
  /** What is still in gaps of it; absent if nothing is. */
  unknownSeconds: v.exactOptional(unknownSeconds),
};

/** What one run and the machine used between two ticks of the sampler: one line of the journal. */
export type RunInterval = ShapedMembers<typeof intervalEntries>;

/** What became known later of a run's share of one interval: a line of the journal after the interval's own. */
export type IntervalFill = ShapedMembers<typeof fillEntries>;
