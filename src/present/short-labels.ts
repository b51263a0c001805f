/**
 * Labels of at most `most` characters that still tell their bars apart. Names of runs are often paths and settings that
 * begin alike and end alike, so a long one is cut in the middle, and where that makes several the same, before the
 * place at which they differ; those that are the same even then are numbered.
 */
export function shortLabels(labels: readonly string[], most: number): readonly string[] {
  const cut = labels.map((label) => inMiddle(label, most));
  const apart = cut.map((short, index) =>
    isRepeated(cut, short) ? aroundDifference(labels, index, cut, most) : short,
  );
  return apart.map((short, index) => {
    if (!isRepeated(apart, short)) return short;
    const number = ` (${apart.slice(0, index + 1).filter((other) => other === short).length})`;
    return inMiddle(short, most - number.length) + number;
  });
}

function isRepeated(labels: readonly string[], label: string): boolean {
  return labels.indexOf(label) !== labels.lastIndexOf(label);
}

function inMiddle(label: string, most: number): string {
  const characters = Array.from(label);
  if (characters.length <= most) return label;
  const head = Math.ceil((most - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (most - 1 - head)).join('')}`;
}

/** The beginning of a label and what stands where it first differs from those that look the same. */
function aroundDifference(labels: readonly string[], index: number, cut: readonly string[], most: number): string {
  const own = Array.from(labels[index] ?? '');
  const others = labels
    .filter((label, other) => label !== labels[index] && cut[other] === cut[index])
    .map((label) => Array.from(label));
  const differs = own.findIndex((character, at) => others.some((other) => other[at] !== character));
  if (differs < 0) return cut[index] ?? '';
  const head = Math.floor((most - 2) / 3);
  const from = Math.max(head, differs - 3);
  const rest = own.slice(from, from + most - 2 - head);
  const more = from + rest.length < own.length ? '…' : '';
  return `${own.slice(0, head).join('')}…${rest.join('')}${more}`;
}
