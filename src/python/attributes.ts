import type { StepBudget } from './budget';
import { stepsOfANode } from './events';
import type { Names } from './names';
import type { Node } from './parser';
import { placeOf, scopeOf, type NodeContext } from './places';
import type { ReadText } from './standings';
import { field, partsOf } from './syntax';
import { unknownValue, type Value } from './values';

/** What stands behind an attribute that is bound or changed. */
const changeAhead = /^\s{0,40}(?:=(?!=)|[-+*/|&^%@]=|\/\/=|\*\*=|,|:|\[|\.)/;
const lookAhead = 50;

/** What resolving attributes needs from the evaluator. */
interface AttributeExpressions {
  readonly budget: StepBudget;
  readonly names: Names;
  evaluate(node: Node): Value;
}

/**
 * Attributes of the module's own classes, as `class Config: epochs = 20` or `self.epochs = 20` set them.
 * An attribute that is set in more than one place is unknown.
 */
export class ClassAttributes {
  /** The right sides of all assignments to attributes of a name, in the whole module; null for one that cannot be read. */
  private readonly assignments = new Map<string, readonly (Node | null)[]>();

  constructor(
    private readonly read: ReadText,
    private readonly expressions: AttributeExpressions,
  ) {}

  ofClass(definition: Node, name: string): Value {
    if (definition.type !== 'class_definition') return unknownValue;
    const bindings = this.expressions.names.bindingsIn(definition, name);
    const outside = this.assignedTo(name);
    const [binding, ...others] = bindings;
    if (binding !== undefined) {
      const { change, place } = binding;
      if (others.length > 0 || outside.length > 0 || change.kind !== 'assign' || change.path?.length !== 0)
        return unknownValue;
      return isDirect(place, definition) ? this.expressions.evaluate(change.value) : unknownValue;
    }
    const [value, ...more] = outside;
    if (!value || more.length > 0) return unknownValue;
    const place = placeOf(value);
    // `self.x = …`, unconditionally, in a method of this class.
    const method = place === null ? undefined : scopeOf(place);
    if (place === null || method?.type !== 'function_definition' || place.scopes[1]?.id !== definition.id)
      return unknownValue;
    return isDirect(place, method) ? this.expressions.evaluate(value) : unknownValue;
  }

  /**
   * An attribute of `Config()`, or of `SimpleNamespace(epochs=20)`: only where neither arguments nor a base class can set it
   * otherwise.
   */
  ofInstance(call: Node, name: string): Value {
    const callee = field(call, 'function');
    const definition = callee === null ? unknownValue : this.expressions.evaluate(callee);
    const given = field(call, 'arguments');
    if (given === null) return unknownValue;
    if (definition.kind === 'reference')
      return namespaces.has(definition.name) ? this.ofNamespace(given, name) : unknownValue;
    if (definition.kind !== 'definition' || definition.node.type !== 'class_definition') return unknownValue;
    if (field(definition.node, 'superclasses') !== null) return unknownValue;
    if (partsOf(given).length === 0) return this.ofClass(definition.node, name);
    if (!isDataclass(definition.node)) return unknownValue;
    // What stands in the call is meant; positions would need the order of the fields.
    const known = partsOf(given).every(({ type }) => type === 'keyword_argument');
    const own = known ? keywordOf(given, name) : null;
    return known && own === null ? this.ofClass(definition.node, name) : this.unlessChanged(own, name);
  }

  /** An attribute of an object that has what it was made with, unless it is set later. */
  private ofNamespace(given: Node, name: string): Value {
    if (!partsOf(given).every(({ type }) => type === 'keyword_argument')) return unknownValue;
    return this.unlessChanged(keywordOf(given, name), name);
  }

  /** A value from elsewhere, unless an attribute of this name is set in the module. */
  unlessSet(value: Value, name: string): Value {
    return this.assignedTo(name).length > 0 ? unknownValue : value;
  }

  private unlessChanged(value: Node | null, name: string): Value {
    return value === null || this.assignedTo(name).length > 0 ? unknownValue : this.expressions.evaluate(value);
  }

  /** An attribute of `self` or `cls` in a method. */
  ofSelf(identifier: Node, name: string): Value {
    const receiver = identifier.text;
    if (receiver !== 'self' && receiver !== 'cls') return unknownValue;
    const place = placeOf(identifier);
    const definition = place?.scopes.find(({ type }) => type === 'class_definition');
    return definition === undefined ? unknownValue : this.ofClass(definition, name);
  }

  private assignedTo(name: string): readonly (Node | null)[] {
    let found = this.assignments.get(name);
    if (found === undefined) {
      found = [...this.findAssignments(name)];
      this.assignments.set(name, found);
    }
    return found;
  }

  private *findAssignments(name: string): Generator<Node | null> {
    const { text, root, standings } = this.read;
    for (const start of standings(name)) {
      this.expressions.budget.spend();
      if (
        text.charAt(start - 1) !== '.' ||
        !changeAhead.test(text.slice(start + name.length, start + name.length + lookAhead))
      )
        continue;
      this.expressions.budget.spend(stepsOfANode);
      const node = root.descendantForIndex(start, start + name.length);
      const attribute = node?.parent;
      if (node?.type !== 'identifier' || attribute?.type !== 'attribute') continue;
      const statement = attribute.parent;
      if (statement?.type === 'assignment' && field(statement, 'left')?.id === attribute.id)
        yield field(statement, 'right');
      else if (statement !== null && changesAttribute(attribute, statement)) yield null;
    }
  }
}

/** Classes whose objects have the attributes that their keyword arguments name. */
const namespaces: ReadonlySet<string> = new Set(['types.SimpleNamespace', 'argparse.Namespace']);

const isDataclass = ({ parent }: Node): boolean =>
  parent?.type === 'decorated_definition' &&
  partsOf(parent).some(({ type, text }) => type === 'decorator' && /^@(?:\w+\.)?dataclass\b/.test(text));

/** The value of a keyword among the arguments of a call. */
function keywordOf(given: Node, name: string): Node | null {
  const keyword = partsOf(given).find((part) => field(part, 'name')?.text === name);
  return keyword === undefined ? null : field(keyword, 'value');
}

/** True if the attribute is bound or changed otherwise than by a plain assignment. */
function changesAttribute(attribute: Node, parent: Node): boolean {
  switch (parent.type) {
    case 'augmented_assignment':
      return field(parent, 'left')?.id === attribute.id;
    case 'pattern_list':
    case 'tuple_pattern':
    case 'delete_statement':
      return true;
    case 'subscript':
      return (
        field(parent, 'value')?.id === attribute.id && parent.parent !== null && changesAttribute(parent, parent.parent)
      );
    case 'assignment':
      return field(parent, 'left')?.id === attribute.id;
    case 'attribute':
      // A method of the value may change it: config.layers.append(…)
      return (
        parent.parent?.type === 'call' &&
        /^(?:append|extend|insert|pop|remove|clear|update|setdefault)$/.test(field(parent, 'attribute')?.text ?? '')
      );
    default:
      return false;
  }
}

/** True if a place stands directly in the body of its scope, under no condition. */
function isDirect(place: NodeContext, scope: Node): boolean {
  const index = place.ancestors.findIndex(({ id }) => id === scope.id);
  return place.ancestors
    .slice(0, index)
    .every(({ type }) => !/^(?:if|for|while|try|match)_statement$|^(?:elif|else|except|case)_clause$/.test(type));
}
