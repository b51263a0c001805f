import * as v from 'valibot';
import { lenient, type Shaped } from '../../system/shapes';

/*
 * The messages between the editor and the live view. Both sides import them from here, drop what does not fit, and take
 * their types from the shapes.
 */

/** A part of the machine in the chart. `other` is what a source for the whole machine shows beyond the known parts. */
const livePart = v.picklist(['cpu', 'memory', 'gpu', 'other']);

export type LivePart = Shaped<typeof livePart>;

/** Null is unknown. */
const known = v.nullable(v.number());

/** One stretch of time of the shown run, in the scope that its record counts. */
const livePoint = v.object({
  /** Seconds of wall-clock time from the start of the run to the end of the stretch. */
  end: v.number(),
  /** Measured length in seconds; shorter than the wall clock's where the machine slept. */
  seconds: v.number(),
  /** Mean power, watts: energy over time. */
  parts: v.record(livePart, known),
  total: known,
  /** The whole machine's, whatever the scope. */
  machine: known,
  /** Used since the start of the run; null as long as nothing was known. */
  wattHours: known,
});

export type LivePoint = Shaped<typeof livePoint>;

const livePartLegend = v.object({
  part: livePart,
  label: v.string(),
  /** "modelled", "measured (energy counter)", or why it is unknown. */
  how: v.string(),
  /** True puts "~" before its figures. */
  modelled: v.boolean(),
  /** Power over the last seconds, watts; null when unknown or when the run has ended. */
  watts: known,
});

export type LivePartLegend = Shaped<typeof livePartLegend>;

/** Something that happened at one moment of the run, such as the end of an epoch. */
const liveMark = v.object({
  /** Seconds since the start of the run. */
  at: v.number(),
  /** Short, for the chart: "3". */
  label: v.string(),
  /** For screen readers: "epoch 3". */
  words: v.string(),
});

export type LiveMark = Shaped<typeof liveMark>;

/** A limit of the run's energy. */
const liveBudget = v.object({
  wattHours: v.number(),
  /** "budget 5 Wh". */
  label: v.string(),
});

export type LiveBudget = Shaped<typeof liveBudget>;

/** A figure as text. */
const liveFigure = v.object({
  label: v.string(),
  value: v.string(),
  /** What is worth knowing about it; null if nothing. */
  detail: v.nullable(v.string()),
});

export type LiveFigure = Shaped<typeof liveFigure>;

const liveRun = v.object({
  id: v.string(),
  name: v.string(),
  running: v.boolean(),
  /** "running", "finished 14:05", "interrupted". */
  state: v.string(),
  /** "~41 W · ~3.2 Wh · ~1.1 g", and the same in words. */
  headline: v.string(),
  inWords: v.string(),
  /** Whether the machine's power is a figure of its own, beside the run's. */
  showsMachine: v.boolean(),
  parts: v.array(livePartLegend),
  marks: v.array(liveMark),
  budget: v.nullable(liveBudget),
  figures: v.array(liveFigure),
  notes: v.array(v.string()),
  /** What the person may stop here: the run itself, or only its measurement. */
  stop: v.nullable(v.picklist(['run', 'measuring'])),
});

export type LiveRun = Shaped<typeof liveRun>;

const runOption = v.object({ id: v.string(), label: v.string() });

export type RunOption = Shaped<typeof runOption>;

/** From the editor to the view. */
export const toLiveView = v.variant('type', [
  v.object({ type: v.literal('nothing') }),
  v.object({
    type: v.literal('run'),
    /** The runs that can be shown, with the shown one among them. */
    choices: v.array(runOption),
    run: liveRun,
    /** `points` replace all that the view has from this index on. */
    from: v.number(),
    points: v.array(livePoint),
  }),
]);

export type ToLiveView = Shaped<typeof toLiveView>;

/** From the view to the editor. */
export const fromLiveView = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.picklist(['choose', 'details', 'stop']), id: v.string() }),
]);

export type FromLiveView = Shaped<typeof fromLiveView>;

/** What the view remembers while it is hidden. */
export const liveMemory = lenient({
  showMachine: v.fallback(v.boolean(), false),
  tableOpen: v.fallback(v.boolean(), false),
});

export interface LiveProtocol {
  readonly toPage: ToLiveView;
  readonly fromPage: FromLiveView;
  readonly memory: Shaped<typeof liveMemory>;
}
