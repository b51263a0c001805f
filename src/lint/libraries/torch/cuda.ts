import type { PythonModule } from '../../../python/module';

/** True if a module itself uses CUDA (torch 2): only then do its settings for GPUs matter. */
export const usesCuda = (module: PythonModule): boolean => /\.cuda\(|["']cuda(?::\d+)?["']/.test(module.text);
