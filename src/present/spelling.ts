/** The form in which names are compared: lower-case letters and digits, without accents. */
export function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/**
 * The number of edits (insert, delete, replace, swap two neighbours) that turn one text into the other: the restricted
 * Damerau-Levenshtein distance. Libraries such as fastest-levenshtein count a swap, the most common typo, as two edits.
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/** Something to suggest, and the names by which people know it. */
export interface NamedOption {
  /** The text that is suggested. */
  readonly id: string;
  readonly names: readonly string[];
}

/**
 * The ids that a person most likely meant, best first. A name matches if it contains the text, or if it is few edits
 * away (one for every three letters).
 */
export function suggestions(text: string, candidates: readonly NamedOption[], most = 3): readonly string[] {
  const wanted = plain(text);
  if (wanted === '') return [];
  // With two letters, each edit makes another code: nobody means AX when they write XX.
  const allowed = wanted.length < 3 ? 0 : Math.max(1, Math.floor(wanted.length / 3));
  const scored: { id: string; score: number }[] = [];
  for (const { id, names } of candidates) {
    let best = Infinity;
    for (const name of names.map(plain)) {
      if (Math.abs(name.length - wanted.length) <= allowed) {
        const distance = editDistance(wanted, name);
        if (distance <= allowed) best = Math.min(best, distance);
      }
      // A part of a name ranks below a single typo, and lower the more of the name is missing.
      if (wanted.length >= 3 && name.includes(wanted)) best = Math.min(best, 1 + 1 - wanted.length / name.length);
    }
    if (best < Infinity) scored.push({ id, score: best });
  }
  return scored
    .sort((a, b) => a.score - b.score)
    .slice(0, most)
    .map(({ id }) => id);
}
