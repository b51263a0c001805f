/** The mean over time of the known values, weighted by duration, in the unit of `value`; null if none is known. */
export function meanOverTime<T extends { readonly seconds: number }>(
  stretches: readonly T[],
  value: (stretch: T) => number | null,
): number | null {
  let sum = 0;
  let seconds = 0;
  for (const stretch of stretches) {
    const known = value(stretch);
    if (known === null) continue;
    sum += known * stretch.seconds;
    seconds += stretch.seconds;
  }
  return seconds > 0 ? sum / seconds : null;
}
