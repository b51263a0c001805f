import type { Call } from '../../python/module';
import type { Node } from '../../python/parser';
import { field, isComprehension } from '../../python/syntax';
import { methodCalls, query, type Query } from '../engine/query';

const rowLoops = methodCalls(['iterrows'], { packages: ['pandas'] });
/** Methods of a `DataFrame` that leave few rows (pandas 3). */
const fewRows = /^(?:head|tail|sample|nlargest|nsmallest|describe|value_counts)$/;

/** The calls of `iterrows()` on data frames, without those on a few rows. */
export const rowIterations: Query<Call> = query(rowLoops, function* (module) {
  for (const call of rowLoops.find(module)) {
    if (call.receiver === null || hasFewRows(call.receiver) || waits(call.node)) continue;
    const maker = module.callOf(module.evaluate(call.receiver));
    const isOther =
      maker !== null && (maker.name === null ? hasFewRows(maker.node) : !/^(?:pandas|geopandas)\./.test(maker.name));
    if (!isOther) yield call;
  }
});

/** Words in names of functions beside which a `Series` costs nothing: of a model, a service, a data base, a file. */
const costly =
  /(?:^|_)(?:predict|generate|completions?|chat|a?invoke|run|encode|embed(?:dings?|_documents|_query)?|transcribe|translate|classify|summari[sz]e|answer|ask|evaluate|create|request|post|urlopen|execute|upsert|upload|download|query|sleep|submit|pipe|pipeline|model|llm|gpt|tokenizer|imread|open|load|imwrite|savefig)(?:_|$)/i;

function isCostly(callee: string): boolean {
  return callee.startsWith('requests.') || costly.test(callee.slice(callee.lastIndexOf('.') + 1));
}

/** True if the loop or comprehension that takes the rows calls something costly for each of them. */
function waits(rows: Node): boolean {
  let loop: Node | null = rows;
  while (loop !== null && loop.type !== 'for_statement' && !isComprehension(loop)) {
    if (loop.type === 'block') return false;
    loop = loop.parent;
  }
  const body = loop === null ? null : field(loop, 'body');
  const calls = body === null ? [] : [...(body.type === 'call' ? [body] : []), ...body.descendantsOfType('call')];
  return calls.some((each) => isCostly(field(each, 'function')?.text ?? ''));
}

/** True for `frame.head(5)` and `frame[:10]`. */
function hasFewRows(node: Node): boolean {
  if (node.type === 'subscript') return node.childrenForFieldName('subscript').some(({ type }) => type === 'slice');
  const callee = node.type === 'call' ? field(node, 'function') : null;
  const method = callee?.type === 'attribute' ? field(callee, 'attribute')?.text : undefined;
  return method !== undefined && fewRows.test(method);
}
