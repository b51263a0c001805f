import { setFlagsFromString } from 'node:v8';

/** What V8 12 and later wait for, and what V8 11, that of Node 20, does. */
const laterBudget = 13_000_000;
const budgetOfEleven = 1_800_000;

/**
 * Loads WebAssembly that Node 20 is to optimise no sooner than later versions do: it costs a third of linting one file.
 * V8 accepts no cached code while a flag differs, so the flag is set back.
 */
export async function withLateOptimising<T>(load: () => Promise<T>): Promise<T> {
  if (!process.versions.v8.startsWith('11.')) return load();
  setFlagsFromString(`--wasm-tiering-budget=${laterBudget}`);
  try {
    return await load();
  } finally {
    setFlagsFromString(`--wasm-tiering-budget=${budgetOfEleven}`);
  }
}
