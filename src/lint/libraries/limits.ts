import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf } from '../../python/signatures';
import { contains, field } from '../../python/syntax';
import { toInteger, type Value } from '../../python/values';
import { optionOrNone } from './command-line';
import { valuesGiven } from './given-numbers';
import { lastGiven } from './last-given';

/** So many names are followed from a limit to its number. */
const mostNames = 3;

/**
 * How many items a limit leaves, unless the command line says otherwise: `all` for one that is off unless someone asks for less
 * (`None`, 0 or below), also where the code asks whether there is one (`if limit: data = data[:limit]`); null if it is not known.
 */
export const limitOf = (module: PythonModule, written: Node): number | 'all' | null =>
  numberOf(module, written, mostNames) ?? (isAskedFor(module, written) ? 'all' : null);

/** True for a limit in the branch that only runs if there is one. */
const isAskedFor = (module: PythonModule, limit: Node): boolean =>
  /^[\w.]{1,80}(?:\[["']\w{1,40}["']\])?$/.test(limit.text) &&
  (module.place(limit)?.ancestors ?? []).some((around) => {
    const then = around.type === 'if_statement' ? field(around, 'consequence') : null;
    if (then === null || !contains(then, limit)) return false;
    const condition = field(around, 'condition')?.text.replace(/^\(|\)$/g, '') ?? '';
    return condition
      .split(' and ')
      .every((part) => part === limit.text || /^\s(?:is\s+not\s+None|>=?\s*[01])$/.test(part.replace(limit.text, '')));
  });

function numberOf(module: PythonModule, written: Node, names: number): number | 'all' | null {
  const known = ofValue(module.evaluate(written));
  if (known !== null) return known;
  const option = optionOrNone(module, written);
  if (option !== null) return ofValue(option);
  if (written.type === 'call' && names > 0) return leastOf(module, written, names - 1);
  if (written.type !== 'identifier' || names === 0) return null;
  const before = lastGiven(module, written);
  if (before !== null) return numberOf(module, before, names - 1);
  const given = valuesGiven(module, written).map((each) => {
    if (each === null) return null;
    return ofValue(each.value) ?? (each.node === null ? null : numberOf(module, each.node, names - 1));
  });
  const numbers = given.filter((each) => typeof each === 'number');
  if (given.length === 0 || given.includes(null)) return null;
  return given.includes('all') ? 'all' : Math.max(...numbers);
}

function ofValue(value: Value): number | 'all' | null {
  if (value.kind === 'none') return 'all';
  const number = toInteger(value);
  return number === null ? null : number <= 0 ? 'all' : number;
}

/** `min(len(data), limit)`: no more than what is known of these, nor than the number in `int(limit)`. */
function leastOf(module: PythonModule, call: Node, names: number): number | 'all' | null {
  const callee = field(call, 'function')?.text;
  if (callee !== 'min' && callee !== 'int') return null;
  const limits = argumentsOf(call).map((each) => numberOf(module, each, names));
  const numbers = limits.filter((each) => typeof each === 'number');
  return numbers.length > 0 ? Math.min(...numbers) : limits.includes('all') ? 'all' : null;
}
