import * as v from 'valibot';
import { lenient } from '../system/shapes';

/**
 * How long the last run of a cell took, as Jupyter (`execution`), papermill and Kaggle, the extension ExecuteTime and Colab keep
 * it in the cell's metadata.
 */
const timeShape = lenient({
  papermill: lenient({ duration: v.number() }),
  execution: lenient({
    'iopub.execute_input': v.string(),
    'iopub.status.busy': v.string(),
    'iopub.status.idle': v.string(),
    'shell.execute_reply': v.string(),
  }),
  ExecuteTime: lenient({ start_time: v.string(), end_time: v.string() }),
  executionInfo: lenient({ elapsed: v.number() }),
});

/** @returns seconds; null if they are not recorded */
export function cellSeconds(metadata: unknown): number | null {
  const { papermill, execution, ExecuteTime, executionInfo } = v.parse(timeShape, metadata);
  const found = [
    papermill.duration,
    between(
      execution['iopub.execute_input'] ?? execution['iopub.status.busy'],
      execution['shell.execute_reply'] ?? execution['iopub.status.idle'],
    ),
    between(ExecuteTime.start_time, ExecuteTime.end_time),
    executionInfo.elapsed === null ? null : executionInfo.elapsed / 1000,
  ].find((seconds) => seconds !== null && seconds >= 0);
  return found ?? null;
}

/** The seconds between two moments; null if one is not known. */
function between(start: string | null, end: string | null): number | null {
  const seconds = start === null || end === null ? NaN : (Date.parse(end) - Date.parse(start)) / 1000;
  return Number.isFinite(seconds) ? seconds : null;
}

const wall = /^Wall time: ((?:\d[\d.]{0,9} ?(?:d|h|min|s|ms|µs|us|ns) ?){1,4})/gm;
const units: Readonly<Record<string, number>> = {
  d: 86400,
  h: 3600,
  min: 60,
  m: 60,
  s: 1,
  ms: 1e-3,
  µs: 1e-6,
  us: 1e-6,
  ns: 1e-9,
};

/** What `%%time` and `%time` printed, in seconds: `Wall time: 1min 3s`; null if there are none, or several. */
export function wallSeconds(printed: string): number | null {
  const [only, another] = [...printed.matchAll(wall)].map(([, time = '']) => time);
  return only === undefined || another !== undefined ? null : secondsIn(only);
}

/** A time as programs print it, in seconds: `1min 3s`, `4m 19s`, `850ms`. */
export const secondsIn = (time: string): number =>
  [...time.matchAll(/([\d.]{1,12}) ?(d|h|min|ms|m|µs|us|ns|s)/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0),
    0,
  );
