import { matchesIn } from '../../python/kept-searches';
import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { contains, field } from '../../python/syntax';

/** The statement that deletes only what went wrong: `if endpoint.provisioning_state == "Failed":` */
const wentWrong = /fail|cancel|error/i;

/** `if not failed`, `if status != "Failed"` and `if error is None` are true when nothing went wrong. */
const saysWrong = (condition: string): boolean =>
  wentWrong.test(condition) && !/\bnot\b|!=|\bis\s{1,3}None\b/.test(condition);

/** What ends a program on purpose: whoever stops it by hand deletes what it made. */
const stoppedOnPurpose = /KeyboardInterrupt|SystemExit/;

/**
 * True if a module deletes what costs: a match of the pattern stands in code that does not only clean up after a failure.
 * @param pattern with the flag `g`
 */
export const deletes = (module: PythonModule, pattern: RegExp): boolean =>
  matchesIn(module.text, pattern).some(({ start, end }) => {
    const node = module.root.descendantForIndex(start, end);
    return node !== null && isCode(node) && !isAfterFailure(node);
  });

/** False for comments, for strings that stand as statements, and for what a program only says. */
const isCode = (node: Node): boolean => {
  if (node.type === 'comment') return false;
  for (let up: Node | null = node; up !== null; up = up.parent)
    if (up.type === 'string' || up.type === 'concatenated_string')
      return up.parent?.type !== 'expression_statement' && !isSaid(up);
  return true;
};

const says = /^(?:print|(?:log|logger|logging)\.\w{1,20}|[\w.]{0,60}(?:ArgumentParser|add_argument))$/;

/** True for the words of `print("delete it with endpoint.delete()")`, or of the help of a command. */
function isSaid(text: Node): boolean {
  for (let up = text.parent; up !== null; up = up.parent)
    if (up.type === 'call') return says.test(field(up, 'function')?.text ?? '');
  return false;
}

/** True where it only runs if something went wrong before: the endpoint of a run that works stays. */
function isAfterFailure(node: Node): boolean {
  for (let up = node.parent; up !== null; up = up.parent) {
    if (up.type === 'function_definition') return false;
    if (up.type === 'except_clause' && !stoppedOnPurpose.test(headerOf(up))) return true;
    const branch = up.type === 'if_statement' ? field(up, 'consequence') : null;
    if (branch !== null && contains(branch, node) && saysWrong(field(up, 'condition')?.text ?? '')) return true;
  }
  return false;
}

const headerOf = ({ text }: Node): string => text.slice(0, Math.max(0, text.indexOf(':')));
