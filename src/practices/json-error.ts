const space = /[ \t\r\n]*/y;

// JSON forbids control characters in strings.
const token =
  /([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

/** What may come next. */
type ExpectedToken = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end';

/**
 * The offset where a text stops being JSON, or null if it is JSON. JavaScript engines report this in different ways or not
 * at all.
 *
 * `jsonc-parser` finds the same offsets, but its parser calls itself for each bracket, so that a file of brackets
 * overflows the stack; it would also add 10 kB to a bundle, against 1.5 kB here.
 */
export function jsonErrorOffset(text: string): number | null {
  const open: ('{' | '[')[] = [];
  let expected: ExpectedToken = 'value';
  let offset = 0;
  for (;;) {
    space.lastIndex = offset;
    space.test(text);
    token.lastIndex = space.lastIndex;
    const start = token.lastIndex;
    const match = token.exec(text);
    if (match === null) return start === text.length && open.length === 0 && expected === 'comma or end' ? null : start;
    const next = after(match[1] ?? (match[2] === undefined ? 'value' : 'string'), expected, open);
    if (next === null) return start;
    expected = next;
    offset = token.lastIndex;
  }
}

/** What may follow a token, or null where it must not stand. Keeps `open` current. */
function after(kind: string, expected: ExpectedToken, open: ('{' | '[')[]): ExpectedToken | null {
  const wantsValue = expected === 'value' || expected === 'value or ]';
  switch (kind) {
    case '{':
    case '[':
      if (!wantsValue) return null;
      open.push(kind);
      return kind === '{' ? 'key or }' : 'value or ]';
    case '}':
    case ']': {
      const [begin, empty] = kind === '}' ? (['{', 'key or }'] as const) : (['[', 'value or ]'] as const);
      if (open.at(-1) !== begin || (expected !== empty && expected !== 'comma or end')) return null;
      open.pop();
      return 'comma or end';
    }
    case ',':
      if (expected !== 'comma or end' || open.length === 0) return null;
      return open.at(-1) === '{' ? 'key' : 'value';
    case ':':
      return expected === 'colon' ? 'value' : null;
    case 'string':
      if (expected === 'key' || expected === 'key or }') return 'colon';
      return wantsValue ? 'comma or end' : null;
    default:
      return wantsValue ? 'comma or end' : null;
  }
}
