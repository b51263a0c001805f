import { randomInt } from 'node:crypto';
import * as v from 'valibot';
import type { Shaped } from '../system/shapes';
import { hardwareShape, limitsShape, fieldsOf, missingShape, runFields, sourceShape } from './run';

export const headerShape = v.object(fieldsOf('header', runFields));
export const headerUpdateShape = v.object(fieldsOf('update', runFields));

/** What is known about a run when it starts; the first line of its journal file. */
export type RunHeader = Shaped<typeof headerShape>;

/** What became known about a run after its start. */
export type HeaderUpdate = Shaped<typeof headerUpdateShape>;

/** The computer of a run, as described in a paper. Graphics cards are listed in the sources. */
export type Hardware = Shaped<typeof hardwareShape>;

export type Limits = Shaped<typeof limitsShape>;

export type RecordedSource = Shaped<typeof sourceShape>;

export type MissingComponent = Shaped<typeof missingShape>;

/** The random part of an id: this many runs may start in one millisecond. */
const idsPerMillisecond = 2 ** 14;

/**
 * An id that sorts by time and is safe as a file name: `20261121T063000Z-9f3a1c`. Its last part starts with the
 * milliseconds, so that several runs in one second sort in order.
 */
export function newRunId(startedAt: number): string {
  const stamp = new Date(startedAt).toISOString().replace(/[-:]|\.\d+/g, '');
  const part = new Date(startedAt).getUTCMilliseconds() * idsPerMillisecond + randomInt(idsPerMillisecond);
  return `${stamp}-${part.toString(16).padStart(6, '0')}`;
}

/** When the run with this id started; null for a file name that is not ours. */
export function startOfRun(id: string): Date | null {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(id);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}
