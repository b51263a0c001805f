/** Park and Miller's generator: the same edits each time. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** What people type, one piece at a time: much of it leaves broken code behind until the next piece. */
const pieces = [
  'x = 1\n',
  '    y = 2\n',
  '# note\n',
  '# green-ml: ignore[grid-search]\n',
  '  # noqa\n',
  'model.fit(x, y, epochs=50)\n',
  'for epoch in range(50):\n    ',
  'def f(a, b=1):\n    return a\n',
  'class A(B):\n    n = 3\n',
  'if x:\n',
  'else:\n',
  'import torch\n',
  'from sklearn.model_selection import *\n',
  'lambda x: ',
  'f"{a',
  '"""',
  "'",
  '"',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ':',
  ',',
  '=',
  '\\',
  '\n',
  '\r\n',
  '\t',
  '    ',
  '😀',
  'é',
  'a',
  '0',
];

/** The texts that follow from a text by random edits: typing, deleting, pasting, moving lines in and out, and undoing. */
export function* editsOf(original: string, count: number, random: () => number): Generator<string> {
  const past: string[] = [];
  const below = (limit: number): number => Math.floor(random() * limit);
  let text = original;
  for (let edit = 0; edit < count; edit++) {
    const at = below(text.length + 1);
    const way = random();
    let next: string;
    if (way < 0.4) next = text.slice(0, at) + (pieces[below(pieces.length)] ?? '') + text.slice(at);
    else if (way < 0.55) next = text.slice(0, at) + text.slice(at + 1 + below(30));
    else if (way < 0.62) {
      const from = below(text.length);
      next = text.slice(0, at) + text.slice(from, from + 200) + text.slice(at);
    } else if (way < 0.7) {
      const start = text.lastIndexOf('\n', at - 1) + 1;
      const end = start + below(200);
      const lines = text.slice(start, end);
      const moved = random() < 0.5 ? lines.replace(/^/gm, '    ') : lines.replace(/^ {1,4}/gm, '');
      next = text.slice(0, start) + moved + text.slice(end);
    } else if (way < 0.95) {
      text = past.pop() ?? original;
      yield text;
      continue;
    } else next = text.replace(/\r?\n/g, random() < 0.5 ? '\r\n' : '\n');
    past.push(text);
    text = next;
    yield text;
  }
}
