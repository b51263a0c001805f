/** The facts of a file that could not be read, or that is no text. */
export const noText = 'null';
