import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { standings } from '../../python/standings';
import { contains, field, isField, partsOf, withoutParentheses } from '../../python/syntax';
import { once } from './once';
import { stepsOfAUse } from './steps';

/**
 * False if a node certainly never runs: in a function that nothing names in a notebook, or in a script that is seen to work by itself,
 * in a branch whose condition is written as False, also by the name of a switch that only one line sets, below what always leaves the
 * block that it is in, or defined for those who lack a package. Functions of other modules are always taken to run, for others may
 * import them.
 */
export function mayRun(module: PythonModule, node: Node, inNotebook = false, depth = 0): boolean {
  let child = node;
  let isDefinition = false;
  for (const ancestor of module.place(node)?.ancestors ?? []) {
    if (/^(?:if_statement|elif_clause)$/.test(ancestor.type) && isSwitchedOff(module, ancestor, child, inNotebook))
      return false;
    if (ancestor.type === 'block' && isBelowEnd(module, ancestor, child)) return false;
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
function isSwitchedOff(module: PythonModule, statement: Node, branch: Node, inNotebook: boolean): boolean {
  const condition = field(statement, 'condition');
  if (condition === null || contains(condition, branch)) return false;
  const holds = new Switches(module, inNotebook).truthOf(condition);
  return isField(statement, 'consequence', branch) ? holds === false : holds === true;
}

const off = /^(?:False|0|None)$/;
const on = /^(?:True|1)$/;

/** Reads conditions of constants, and of switches that one line of a program sets. */
class Switches {
  constructor(
    private readonly module: PythonModule,
    private readonly inNotebook: boolean,
  ) {}

  /** What a condition is in every run; null if that is not written. */
  truthOf(condition: Node): boolean | null {
    const node = withoutParentheses(condition);
    this.module.spend(1);
    switch (node.type) {
      case 'identifier':
      case 'attribute':
        return this.ofSwitch(node);
      case 'not_operator':
        return negated(this.ofOperand(node, 'argument'));
      case 'boolean_operator': {
        const isAnd = field(node, 'operator')?.text === 'and';
        const sides = [this.ofOperand(node, 'left'), this.ofOperand(node, 'right')];
        return sides.includes(!isAnd) ? !isAnd : sides.includes(null) ? null : isAnd;
      }
      case 'comparison_operator': {
        const [left, right, another] = partsOf(node);
        if (left === undefined || right === undefined || another !== undefined) return null;
        // None is not False: only the two are compared with each other.
        if (!/^(?:True|False)$/.test(right.text)) return null;
        const isEqual = /^(?:==|is)$/.test(this.module.text.slice(left.endIndex, right.startIndex).trim());
        const value = isEqual ? writtenTruth(right.text) : null;
        return value === null ? null : value ? this.truthOf(left) : negated(this.truthOf(left));
      }
      default:
        return writtenTruth(node.text);
    }
  }

  private ofOperand(node: Node, side: string): boolean | null {
    const operand = field(node, side);
    return operand === null ? null : this.truthOf(operand);
  }

  /** `TUNING` after `TUNING = False`, `CFG.tuning` where the class sets it, if nothing else does. */
  private ofSwitch(node: Node): boolean | null {
    const { module } = this;
    if ((!this.inNotebook && !worksByItself(module)) || setsByName(module)) return null;
    const name = node.type === 'attribute' ? field(node, 'attribute') : node;
    const owner = node.type === 'attribute' ? field(node, 'object')?.text : undefined;
    if (name === null || owner === 'self') return null;
    const values = module.identifiers(name.text).flatMap((use) => this.valueGiven(use, owner));
    const [value, another] = values;
    return value === undefined || value === null || another !== undefined ? null : writtenTruth(value.text);
  }

  /** What a place of a name gives it: nothing where it is only read, null if that is not known. */
  private valueGiven(use: Node, owner: string | undefined): readonly (Node | null)[] {
    const whole = use.parent?.type === 'attribute' && isField(use.parent, 'attribute', use) ? use.parent : use;
    const { parent } = whole;
    if (parent === null || parent.type === 'keyword_argument') return [];
    if (readsOnly.test(parent.type)) return [];
    if (parent.type !== 'assignment') return binds.test(parent.type) ? [null] : [];
    if (!isField(parent, 'left', whole)) return [];
    const scope = this.module.place(parent)?.scopes[0];
    const isHome =
      whole.id === use.id &&
      (owner === undefined
        ? scope?.type === 'module'
        : scope?.type === 'class_definition' && field(scope, 'name')?.text === owner);
    return [isHome && !isConditional(this.module, parent) ? field(parent, 'right') : null];
  }
}

/** True if names may get values that no assignment shows. */
const setsByName = once(({ text }: PythonModule): boolean =>
  /\b(?:globals|locals|vars|exec|execfile|setattr)\s{0,3}\(|\bimport\s{1,3}\*|\bnamespace\s{0,3}=|\btyro\.|#\s{0,3}@param\b/.test(
    text,
  ),
);

const readsOnly = /^(?:argument_list|expression_statement|comparison_operator|interpolation|attribute)$/;
const binds =
  /^(?:augmented_assignment|pattern_list|tuple_pattern|list_pattern|for_statement|for_in_clause|as_pattern_target|named_expression|parameters|default_parameter|typed_parameter|typed_default_parameter|lambda_parameters|global_statement|nonlocal_statement|delete_statement|aliased_import|dotted_name|import_from_statement|function_definition|class_definition)$/;

const isConditional = (module: PythonModule, node: Node): boolean =>
  (module.place(node)?.ancestors ?? []).some(({ type }) => /^(?:if|for|while|try|with|match)_statement$/.test(type));

const writtenTruth = (text: string): boolean | null => (off.test(text) ? false : on.test(text) ? true : null);
const negated = (value: boolean | null): boolean | null => (value === null ? null : !value);

/** True for a statement of a block below one that always leaves it. A cell of a notebook is no block: the next one runs anyway. */
function isBelowEnd(module: PythonModule, block: Node, statement: Node): boolean {
  const known = endsOf(module);
  let end = known.get(block.id);
  if (end === undefined) {
    const parts = partsOf(block);
    module.spend(parts.length);
    end = parts.find(alwaysLeaves)?.startIndex ?? Infinity;
    known.set(block.id, end);
  }
  return statement.startIndex > end;
}

/** Where the first statement of each block stands that always leaves it. */
const endsOf = once(() => new Map<number, number>());

/** True for `return`, `raise`, `sys.exit()`, `assert False` and the like, and for an `if` each of whose branches ends so. */
function alwaysLeaves(statement: Node): boolean {
  if (/^(?:return|raise|continue|break)_statement$/.test(statement.type)) return true;
  if (statement.type === 'assert_statement')
    return /^assert\s{1,9}\(?(?:False|0|None)\)?\s{0,9}(?:,|$)/.test(statement.text);
  if (statement.type === 'expression_statement')
    return /^(?:sys\.exit|os\._exit|exit|quit)\s{0,9}\([^()]{0,200}\)$/.test(statement.text);
  if (statement.type !== 'if_statement') return false;
  const [, ...branches] = partsOf(statement).filter(({ type }) => type !== 'comment');
  const isWhole = branches.at(-1)?.type === 'else_clause';
  return (
    isWhole &&
    branches.every((branch) => {
      const body = branch.type === 'block' ? branch : (field(branch, 'body') ?? field(branch, 'consequence'));
      return body !== null && partsOf(body).some(alwaysLeaves);
    })
  );
}
