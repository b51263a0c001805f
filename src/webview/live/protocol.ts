/** What the editor and the live view say to each other; the one place that both sides import. */

/** A part of the machine in the chart. `other` is what a source of the whole machine tells beyond the known parts. */
export type LivePart = 'cpu' | 'memory' | 'gpu' | 'other';

/** One stretch of time of the shown run, in the scope that its record counts. */
export interface LivePoint {
  /** Seconds of wall-clock time from the start of the run to the end of the stretch. */
  readonly end: number;
  /** Measured length in seconds; shorter than the wall clock's where the machine slept. */
  readonly seconds: number;
  /** Mean power, watts: energy over time. Null is unknown. */
  readonly parts: Readonly<Partial<Record<LivePart, number | null>>>;
  readonly total: number | null;
  /** The whole machine's, whatever the scope. */
  readonly machine: number | null;
  /** Used since the start of the run; null as long as nothing was known. */
  readonly wattHours: number | null;
}

export interface LivePartLegend {
  readonly part: LivePart;
  readonly label: string;
  /** "modelled", "measured (energy counter)", or why it is unknown. */
  readonly how: string;
  /** True puts "~" before its figures. */
  readonly modelled: boolean;
  /** Power over the last seconds, watts; null when unknown or when the run has ended. */
  readonly watts: number | null;
}

/** Something that happened at one moment of the run, such as the end of an epoch. */
export interface LiveMark {
  /** Seconds since the start of the run. */
  readonly at: number;
  /** Short, for the chart: "3". */
  readonly label: string;
  /** For people who hear it: "epoch 3". */
  readonly words: string;
}

/** A limit of the run's energy. */
export interface LiveBudget {
  readonly wattHours: number;
  /** "budget 5 Wh". */
  readonly label: string;
}

/** A figure as text. */
export interface LiveFigure {
  readonly label: string;
  readonly value: string;
  /** What is worth knowing about it; null if nothing. */
  readonly detail: string | null;
}

export interface LiveRun {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  /** "running", "finished 14:05", "interrupted". */
  readonly state: string;
  /** "~41 W · ~3.2 Wh · ~1.1 g", and the same in words. */
  readonly headline: string;
  readonly inWords: string;
  /** Whether the machine's power is a figure of its own, beside the run's. */
  readonly showsMachine: boolean;
  readonly parts: readonly LivePartLegend[];
  readonly marks: readonly LiveMark[];
  readonly budget: LiveBudget | null;
  readonly figures: readonly LiveFigure[];
  readonly notes: readonly string[];
  /** What the person may stop here: the run itself, or only its measurement. */
  readonly stop: 'run' | 'measuring' | null;
}

export interface RunOption {
  readonly id: string;
  readonly label: string;
}

/** From the editor to the view. */
export type ToLiveView =
  | { readonly type: 'nothing' }
  | {
      readonly type: 'run';
      /** The runs that can be shown, with the shown one among them. */
      readonly choices: readonly RunOption[];
      readonly run: LiveRun;
      /** `points` replace all that the view has from this index on. */
      readonly from: number;
      readonly points: readonly LivePoint[];
    };

/** From the view to the editor. */
export type FromLiveView =
  | { readonly type: 'ready' }
  | { readonly type: 'choose' | 'details' | 'stop'; readonly id: string };

export interface LiveProtocol {
  readonly toPage: ToLiveView;
  readonly fromPage: FromLiveView;
}
