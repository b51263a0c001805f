import { matchesIn } from '../../python/kept-searches';
import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf } from '../../python/signatures';
import { field, wholeName } from '../../python/syntax';
import { assignmentsTo } from '../engine/assigned';
import { once } from '../engine/once';
import { endsOfRows, fewItems, mostRowsOf } from './rows-kept';
import { stepsOfAUse } from '../engine/steps';

/**
 * True for a file into which the module itself writes a few rows, under the same name: `frame.head(10).to_pickle(PATH)` in one
 * function, and `read_pickle(PATH)` in another.
 */
export function readsOwnFew(module: PythonModule, read: Node): boolean {
  const reader = read.type === 'call' ? (field(read, 'function')?.text ?? '') : '';
  const kind = /\bread_(pickle|csv|json|parquet|excel|feather)$/.exec(reader)?.[1];
  const path = kind === undefined ? undefined : argumentsOf(read)[0];
  if (kind === undefined || path === undefined) return false;
  return module.identifiers(`to_${kind}`).some((identifier) => {
    module.spend(stepsOfAUse);
    const method = wholeName(identifier);
    const call = method.parent;
    const written = method.type === 'attribute' ? field(method, 'object') : null;
    if (call?.type !== 'call' || written === null || argumentsOf(call)[0]?.text !== path.text) return false;
    return mostRowsOf(module, written) <= fewItems || mayBeCut(module, written);
  });
}

/** True if a frame is cut to a few rows before it is written, maybe under a condition: `if NUM_ROWS > 0: frame = frame.head(NUM_ROWS)`. */
const mayBeCut = (module: PythonModule, frameWritten: Node): boolean =>
  frameWritten.type === 'identifier' &&
  assignmentsTo(module, frameWritten.text, frameWritten.startIndex).some(
    ({ name, value }) =>
      value !== null &&
      module.place(name)?.scopes[0]?.id === module.place(frameWritten)?.scopes[0]?.id &&
      endsOfRows(module, value) <= fewItems,
  );

/**
 * True if the module makes its data of a few items, as notebooks do that try something: what a function of it is given where
 * nobody sees it is as likely that.
 */
export const triesFew = once((module: PythonModule): boolean =>
  matchesIn(module.text, loopsOverFew).some(({ start }) => {
    const node = module.root.descendantForIndex(start, start + 1);
    return node !== null && node.type !== 'comment' && node.type !== 'string';
  }),
);

/** `for article in articles[:5]:`, in the function that makes a frame of them. */
const loopsOverFew = /\bfor [\w, ]{1,60} in [\w.]{1,60}\[ {0,3}(?:0 {0,3})?: {0,3}(?:\d|1\d|20) {0,3}\] {0,3}:/g;
