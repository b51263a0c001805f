import * as v from 'valibot';

/** The parts that parameters of tools are made of. Each description names the unit. */

/** An optional number between two limits. */
export const number = (least: number, most: number, description: string) =>
  v.exactOptional(v.pipe(v.number(), v.minValue(least), v.maxValue(most), v.description(description)));

/** An optional whole number between two limits. */
export const wholeNumber = (least: number, most: number, description: string) =>
  v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most), v.description(description)));

/** An optional name: a device, a place, a region. */
export const words = (description: string) =>
  v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.description(description)));

/** An optional switch. */
export const flag = (description: string) => v.exactOptional(v.pipe(v.boolean(), v.description(description)));

/** The id of a recorded run, as other tools return it. */
export const runId = v.pipe(
  v.string(),
  v.regex(/^[\w.:-]{1,100}$/, 'an id of a run, as list_runs and measure_command return it'),
);
