const comments = /(?:^|[ \t])#[^\n]*/gm;

/** A text without its comments. What stands behind ` #` in a string goes too. */
export const withoutComments = (text: string): string => (text.includes('#') ? text.replace(comments, '') : text);

/** True for what the code says, not for what only a comment does: `# predictor.delete_endpoint()`. */
export const saysInCode = (text: string, pattern: RegExp): boolean =>
  pattern.test(text) && pattern.test(withoutComments(text));
