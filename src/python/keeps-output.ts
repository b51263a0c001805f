/** Whether what a cell printed is kept: the rules ask it of those that train or import Keras, and the outputs of others are long. */
export const keepsOutput = (source: string): boolean =>
  /\bfit(?:_generator)?\s*\(|\.train\s*\(|^[ \t]*(?:from|import)[ \t]+keras\b/m.test(source);
