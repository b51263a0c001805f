/** Sweeps are written by hand; longer files are data. */
const longestSweep = 200_000;

/** False only if a text is certainly no sweep. It is called for every YAML file, so it must be fast. */
export function mayBeSweep(text: string): boolean {
  return (
    text.length <= longestSweep &&
    /^["']?method["']?[ \t]*:.*\b(?:grid|random|bayes)\b/m.test(text) &&
    /^["']?parameters["']?[ \t]*:/m.test(text)
  );
}
