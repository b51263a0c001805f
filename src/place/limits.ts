/** Beyond these nothing real lies: a slip of the unit, or damage. What is entered and what is read back obey the same. */

/** Grams per kilowatt-hour; the dirtiest grids have about 1500. */
export const mostGramsPerKWh = 20_000;
/** Power usage effectiveness; a server room that is nearly empty may have 5. */
export const mostPue = 10;

/** A region below this is not called dirty: half of the world's average grid. Grams per kilowatt-hour that computers use. */
export const dirtyGramsPerITKWh = 200;

/** The saving from which another place is worth a word, in percent: less is within the uncertainty of the figures. */
export const leastSavingPercent = 20;
