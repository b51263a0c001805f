/** Letters and digits in lower case, without accents: how names are compared. */
export function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/**
 * Edits (insert, delete, replace, swap two neighbours) that lead from one text to the other.
 * The restricted Damerau-Levenshtein distance. Libraries such as fastest-levenshtein count a swap, the commonest slip
 * of the finger, as two edits.
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

/** A thing to be named, and the names it is known by. */
export interface NamedOption {
  /** What is suggested to the person. */
  readonly id: string;
  readonly names: readonly string[];
}

/**
 * The ids that a person most likely meant, best first: a name that contains what they wrote, or one that is few edits
 * away (one in every three letters).
 */
export function suggestions(text: string, candidates: readonly NamedOption[], most = 3): readonly string[] {
  const wanted = plain(text);
  if (wanted === '') return [];
  // Of two letters each edit makes another code: nobody means AX by XX.
  const allowed = wanted.length < 3 ? 0 : Math.max(1, Math.floor(wanted.length / 3));
  const scored: { id: string; score: number }[] = [];
  for (const { id, names } of candidates) {
    let best = Infinity;
    for (const name of names.map(plain)) {
      if (Math.abs(name.length - wanted.length) <= allowed) {
        const distance = editDistance(wanted, name);
        if (distance <= allowed) best = Math.min(best, distance);
      }
      // A part of a name counts less than a slip of the finger, and less the more it leaves out.
      if (wanted.length >= 3 && name.includes(wanted)) best = Math.min(best, 1 + 1 - wanted.length / name.length);
    }
    if (best < Infinity) scored.push({ id, score: best });
  }
  return scored
    .sort((a, b) => a.score - b.score)
    .slice(0, most)
    .map(({ id }) => id);
}
