/** What makes a training that a notebook recorded worth a word. */

/** Trainings of less than a minute have nothing worth saving, and those of less than five minutes little. */
export const briefSeconds = 60;
export const shortSeconds = 300;
/** A stop after more than this share of the epochs or rounds saves too little to say. */
export const mostOfIt = 0.9;
/** A stop after at most this share of them is worth a warning. */
export const muchOfIt = 0.8;
