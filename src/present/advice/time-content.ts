import type { TimeEmissions } from '../../advice/when/saving';
import type { TimeAdvice } from '../../advice/when/time-advice';
import type { Hour } from '../../grid/profile';

/** What the page on start times shows. Times are milliseconds since the Unix epoch. */
export interface TimePageContent {
  readonly place: string;
  /** Why there are no hours: the place is unknown, or only its hours are. Null if there are hours. */
  readonly missing: 'place' | 'hours' | null;
  readonly advice: TimeAdvice;
  /** Null if the energy of the job is unknown. */
  readonly emissions: TimeEmissions | null;
  /** The energy of the job and where it is known from: "~3 Wh, as the last run here"; null if it is unknown. */
  readonly energy: string | null;
  readonly hours: readonly Hour[];
  /** Intensity on weekend days, divided by that on weekdays; null if it is unknown. */
  readonly weekendRatio: number | null;
  /** When the question was asked. */
  readonly now: number;
  readonly deadline: number;
  readonly jobHours: number;
  readonly timeZone: string;
  readonly notes: readonly string[];
  readonly source: string;
  readonly actions: TimeActions;
}

export const timeAnswers = ['location', 'place', 'hours', 'deadline', 'kilowattHours'] as const;

/** What a person can answer or change: where this computer is, and where, how long and until when the job runs. */
export type TimeAnswer = (typeof timeAnswers)[number];

/** The addresses of what a person can do on the page. */
interface TimeActions {
  readonly remindUri: (start: number) => string;
  readonly calendarUri: (start: number, end: number) => string;
  readonly copyScheduleUri: (start: number) => string;
  /** Asks for one answer again, and shows the page with it. */
  readonly askUri: (answer: TimeAnswer) => string;
  readonly recommendRegionUri: string;
}
