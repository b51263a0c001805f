import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { signature, type BoundArguments } from '../../python/signatures';
import { field } from '../../python/syntax';
import { truth } from '../../python/values';
import { assignmentsTo } from '../engine/assigned';
import { originOf } from '../engine/origin';
import { called, methodCalls, query, type Query } from '../engine/query';

/** Read in datasets 5.0, `arrow_dataset.py` and `dataset_dict.py`: the first parameters of both. */
const mapParameters = signature('function, with_indices, with_rank, input_columns, batched, batch_size');
const maps = methodCalls(['map'], {
  clues: [{ packages: ['datasets'], imported: true, groups: [called(['map'])], where: null }],
});

/** Parameters that no other library's `map` takes. */
const onlyHere: readonly string[] = [
  'remove_columns',
  'load_from_cache_file',
  'with_indices',
  'input_columns',
  'keep_in_memory',
  'new_fingerprint',
  'batched',
];

/** A call of `map` on a data set of Hugging Face. */
interface DatasetMap {
  readonly call: Call;
  readonly args: BoundArguments;
  /** True if the function certainly gets one example at a time. */
  readonly isOneByOne: boolean;
}

export const datasetMaps: Query<DatasetMap> = query(maps, function* (module) {
  for (const call of maps.find(module)) {
    if (call.receiver === null || !isDataset(module, call)) continue;
    const args = module.bind(call, mapParameters);
    const batched = args.value('batched');
    yield { call, args, isOneByOne: args.complete && (batched === null || truth(batched) === false) };
  }
});

/** A name, or a split of it, that each branch before gives a data set of the library. */
function isLoadedInBranches(module: PythonModule, receiver: Node): boolean {
  let root = receiver;
  for (;;) {
    const inner =
      root.type === 'subscript'
        ? field(root, 'value')
        : root.type === 'call'
          ? field(field(root, 'function') ?? root, 'object')
          : null;
    if (inner === null) break;
    root = inner;
  }
  if (root.type !== 'identifier') return false;
  const given = assignmentsTo(module, root.text, root.startIndex).flatMap(({ value }) =>
    value === null ? [] : [originOf(module, value)],
  );
  return given.length > 1 && given.every((each) => each?.startsWith('datasets.') === true);
}

/** An object that the library made; or an unknown one with arguments that no other `map` takes, if the library is imported. */
function isDataset(module: PythonModule, call: Call): boolean {
  const made = call.receiver === null ? null : originOf(module, call.receiver);
  if (made !== null) return made.startsWith('datasets.');
  if (call.receiver !== null && isLoadedInBranches(module, call.receiver)) return true;
  if (!/^[ \t]{0,40}(?:from[ \t]{1,9}|import[ \t](?:[^\n;#]{0,200}[ \t,])?)datasets\b/m.test(module.text)) return false;
  const given = module.bind(call, mapParameters);
  return onlyHere.some((name) => given.get(name)?.keyword);
}
