import { holdsInCode } from '../../python/comments';
import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { once } from '../engine/once';

/**
 * True for a network of Keras in a script that trains nothing: it is only shown, or applied with the weights that it is given, so
 * that nothing of its training can be saved. What is in a function or class may be trained by whoever imports it.
 */
export const isOnlyShown = (module: PythonModule, node: Node): boolean =>
  module.place(node)?.scopes.length === 1 && showsOnly(module);

const showsOnly = once(({ text }: PythonModule): boolean => holdsInCode(text, shows) && !holdsInCode(text, trains));

const shows = /\.(?:summary|predict|load_weights|get_weights)\(|\bplot_model\(/;
const trains =
  /\b\w{0,60}(?:fit|train|learn|minimi[sz]e|backward|optimi[sz]e)\w{0,60}\s{0,9}\(|\.(?:search|run|step)\(|\bmain\(|\bGradientTape\b|\bapply_gradients\b/i;
