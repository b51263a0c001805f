/** A value above these limits has a wrong unit or is damaged. The same limits apply to input and to stored records. */

/** Grams per kilowatt-hour. The dirtiest grids have about 1500. */
export const mostGramsPerKWh = 20_000;
/** Power usage effectiveness. A nearly empty server room may have 5. */
export const mostPue = 10;

/** A region below this is not called dirty: half of the world's average grid. Grams per kilowatt-hour that computers use. */
export const dirtyGramsPerITKWh = 200;

/** The saving from which another place is worth a word, in percent: less is within the uncertainty of the figures. */
export const leastSavingPercent = 20;
