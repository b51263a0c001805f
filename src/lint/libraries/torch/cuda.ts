import type { PythonModule } from '../../../python/module';

/** True if a module works on a graphics card of its own accord: only then do its settings matter. */
export const usesCuda = (module: PythonModule): boolean => /\.cuda\(|["']cuda(?::\d+)?["']/.test(module.text);
