/**
 * A value as `JSON.stringify(…, null, 2)` writes it inside of other values.
 * @param columns how far its lines behind the first one are indented
 */
export const indentedJson = (value: unknown, columns: number): string =>
  // No text in JSON holds a line's end.
  JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(columns)}`);
