/** Whether what a cell printed is kept: the rules ask it of those that fit a model, train boosters or import Keras, and the outputs of others are long. */
export const keepsOutput = (source: string): boolean =>
  /\bfit(?:_generator)?\s*\(|\.train\s*\(\s*[^\s)]|^[ \t]*(?:from|import)[ \t]+keras\b/m.test(source);
