import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { standings } from '../../python/standings';
import { contains, field, isField, partsOf, withoutParentheses } from '../../python/syntax';
import { once } from './once';

/**
 * False if a node certainly never runs: in a function that nothing names in a notebook, or in a script that is seen to work by itself,
 * in a branch whose condition is written as False, or defined for those who lack a package. Functions of other modules are always
 * taken to run, for others may import them.
 */
export function mayRun(module: PythonModule, node: Node, inNotebook = false, depth = 0): boolean {
  let child = node;
  let isDefinition = false;
  for (const ancestor of module.place(node)?.ancestors ?? []) {
    if (ancestor.type === 'if_statement' && isSwitchedOff(ancestor, child)) return false;
    if (isOwnFunction(child, ancestor) && isUnused(module, child, inNotebook, depth)) return false;
    isDefinition ||= ancestor.type === 'function_definition' || ancestor.type === 'class_definition';
    if (isDefinition && ancestor.type === 'except_clause' && isWithoutPackage(ancestor)) return false;
    child = ancestor;
  }
  return true;
}

/** `except ImportError:` What is defined there stands in for a package that whoever runs the program has, as a rule. */
const isWithoutPackage = ({ text }: Node): boolean =>
  /^except\b[^:]{0,200}\b(?:ImportError|ModuleNotFoundError)\b[^:]{0,80}:/.test(text);

/** A function at the level of the module, without a decorator, which may register it somewhere. */
const isOwnFunction = ({ type }: Node, parent: Node): boolean =>
  type === 'function_definition' && parent.type === 'module';

/** So many functions are followed from one to the next that calls it. */
const mostCallers = 4;

function isUnused(module: PythonModule, definition: Node, inNotebook: boolean, depth: number): boolean {
  const name = field(definition, 'name')?.text ?? '';
  // Nothing looks for a function of a notebook.
  const mayBeFound = inNotebook ? importsFrom(module) : hooks.test(name);
  if (depth > mostCallers || mayBeFound || !worksByItself(module)) return false;
  for (const offset of standings(name, module.text)) {
    module.spend(stepsOfAUse);
    if (offset >= definition.startIndex && offset < definition.endIndex) continue;
    const use = module.root.descendantForIndex(offset, offset + name.length);
    if (use === null || use.type === 'comment' || isDefined(use) || isInStatement(use)) continue;
    if (mayRun(module, use, inNotebook, depth + 1)) return false;
  }
  return true;
}

/** The cost of a look at one place of a name, relative to evaluating a node. */
const stepsOfAUse = 4;

/** True for a place in a string that is a statement: a docstring, or code that was put out of the way. */
function isInStatement(use: Node): boolean {
  let node: Node | null = use;
  while (node !== null && /^string|^escape/.test(node.type)) {
    if (node.type === 'string' && node.parent?.type === 'expression_statement') return true;
    node = node.parent;
  }
  return false;
}

/** Notebooks of nbdev and the like become modules. */
const importsFrom = once(({ text }: PythonModule): boolean => /^#\s{0,3}\|?\s{0,3}(?:default_exp|export)/m.test(text));

const isDefined = (name: Node): boolean =>
  name.parent?.type === 'function_definition' && isField(name.parent, 'name', name);

/** Functions that a server, a job or a test looks for by their names. */
const hooks =
  /^(?:main|run|init|score|handle\w*|lambda_handler|(?:model|input|predict|output|transform|train|eval|run)_fn|train|predict|objective|build_\w+|test_\w+|pytest_\w+|__\w+__)$/;

/**
 * True if a module does the work of a program when it is read: outside functions it reads data, and it fits, predicts, saves or
 * shows something, which nobody wants of a module that others import. What runs under `if __name__ == "__main__"` is no such sign.
 */
const worksByItself = once(({ root }: PythonModule): boolean => {
  const statements = partsOf(root).filter(
    (statement) =>
      !/definition$|import/.test(statement.type) &&
      !(statement.type === 'if_statement' && /__name__/.test(field(statement, 'condition')?.text ?? '')),
  );
  return statements.some(({ text }) => reads.test(text)) && statements.some(({ text }) => works.test(text));
});

const reads =
  /\b(?:read_\w{2,20}|load\w{0,40}|fetch_\w{2,40}|open|glob|listdir|from_pretrained|get_data\w{0,20}|\w{0,40}Dataset|DataLoader)\(/;
const works =
  /\.(?:fit|fit_transform|predict|backward|to_csv|head|describe|show|savefig|evaluate|summary)\(|^(?:\w{1,40} {0,3}= {0,3})?(?:main|train\w{0,40})\(/;

/** True for the branch of an `if` that a written constant rules out. */
function isSwitchedOff(statement: Node, branch: Node): boolean {
  const condition = field(statement, 'condition');
  const written = condition === null ? '' : withoutParentheses(condition).text;
  if (isField(statement, 'consequence', branch)) return /^(?:False|0|None)$/.test(written);
  return /^(?:True|1)$/.test(written) && condition !== null && !contains(condition, branch);
}
