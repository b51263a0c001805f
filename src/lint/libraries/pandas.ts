import type { Call } from '../../python/module';
import type { Node } from '../../python/parser';
import { field } from '../../python/syntax';
import { methodCalls, query, type Query } from '../engine/query';

const rowLoops = methodCalls(['iterrows'], { packages: ['pandas'] });
/** Methods of a `DataFrame` that leave few rows (pandas 3). */
const fewRows = /^(?:head|tail|sample|nlargest|nsmallest|describe|value_counts)$/;

/** The calls of `iterrows()` on data frames, without those on a few rows. */
export const rowIterations: Query<Call> = query(rowLoops, function* (module) {
  for (const call of rowLoops.find(module)) {
    if (call.receiver === null || hasFewRows(call.receiver)) continue;
    const maker = module.callOf(module.evaluate(call.receiver));
    const isOther =
      maker !== null && (maker.name === null ? hasFewRows(maker.node) : !/^(?:pandas|geopandas)\./.test(maker.name));
    if (!isOther) yield call;
  }
});

/** True for `frame.head(5)` and `frame[:10]`. */
function hasFewRows(node: Node): boolean {
  if (node.type === 'subscript') return node.childrenForFieldName('subscript').some(({ type }) => type === 'slice');
  const callee = node.type === 'call' ? field(node, 'function') : null;
  const method = callee?.type === 'attribute' ? field(callee, 'attribute')?.text : undefined;
  return method !== undefined && fewRows.test(method);
}
