/**
 * Shortens labels to at most `most` characters and keeps them distinct. Names of runs are often paths and settings that
 * start and end alike. So a long label is cut in the middle; if several then look the same, it is cut before the place
 * where they differ; and if they still look the same, they are numbered.
 */
export function shortLabels(labels: readonly string[], most: number): readonly string[] {
  const cut = labels.map((label) => inMiddle(label, most));
  const distinct = cut.map((short, index) =>
    isRepeated(cut, short) ? aroundDifference(labels, index, cut, most) : short,
  );
  return distinct.map((short, index) => {
    if (!isRepeated(distinct, short)) return short;
    const number = ` (${distinct.slice(0, index + 1).filter((other) => other === short).length})`;
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

/** The start of a label, and the text where it first differs from the labels that look the same. */
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
