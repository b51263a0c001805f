import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { bind } from '../../python/signatures';
import { field, isField, parameterNames, partsOf } from '../../python/syntax';
import { toInteger } from '../../python/values';
import { placesOfFunction } from './own-functions';

/** So many calls are looked at for what they give. */
const mostCalls = 10;

/**
 * The whole numbers that a module gives to a parameter, or to an attribute that the constructor sets from one: `512` for
 * `self.max_length` where `Reviews(texts, max_length=512)` is the only call. None if one of them is not known, or nothing calls.
 */
export function numbersGiven(module: PythonModule, written: Node): readonly number[] {
  const parameter =
    written.type === 'identifier' ? ownParameter(module, written) : constructorParameter(module, written);
  if (parameter === null) return [];
  const { definition, name } = parameter;
  const positional = parameterNames(definition).filter((each) => each !== 'self');
  const calls = callsOf(module, definition);
  if (calls.length === 0 || calls.length > mostCalls) return [];
  const numbers = calls.map((call) => {
    const args = bind(call, { positional, takesMorePositional: false }, module.evaluator);
    if (!args.complete) return null;
    const given = args.get(name);
    if (given !== null) return toInteger(given.value);
    const otherwise = defaultOf(definition, name);
    return otherwise === null ? null : toInteger(module.evaluate(otherwise));
  });
  return numbers.every((each) => each !== null) ? numbers : [];
}

interface Parameter {
  readonly definition: Node;
  readonly name: string;
}

/** The function whose parameter a name is, unless it is bound again there. */
function ownParameter(module: PythonModule, name: Node): Parameter | null {
  const { names } = module.evaluator;
  const definition = module.place(name)?.scopes.find((scope) => names.isParameter(scope, name.text));
  return definition?.type !== 'function_definition' || names.bindingsIn(definition, name.text).length > 0
    ? null
    : { definition, name: name.text };
}

/** The parameter of the constructor that `self.length` is set from. */
function constructorParameter(module: PythonModule, attribute: Node): Parameter | null {
  if (attribute.type !== 'attribute' || field(attribute, 'object')?.text !== 'self') return null;
  const owner = module.place(attribute)?.scopes.find(({ type }) => type === 'class_definition');
  const values = module.identifiers(field(attribute, 'attribute')?.text ?? '').flatMap((identifier) => {
    const target = identifier.parent;
    const assignment = target?.parent;
    return target?.text === attribute.text && assignment?.type === 'assignment' && isField(assignment, 'left', target)
      ? [field(assignment, 'right')]
      : [];
  });
  const [value] = values;
  if (owner === undefined || value?.type !== 'identifier' || values.length > 1) return null;
  const parameter = ownParameter(module, value);
  return parameter !== null && field(parameter.definition, 'name')?.text === '__init__' ? parameter : null;
}

/** The calls of a function, or of the class whose constructor it is. */
function callsOf(module: PythonModule, definition: Node): readonly Node[] {
  if (field(definition, 'name')?.text !== '__init__')
    return [...placesOfFunction(module, definition)].flatMap(({ parent }) => (parent?.type === 'call' ? [parent] : []));
  const owner = module.place(definition)?.scopes.find(({ type }) => type === 'class_definition');
  return module.callsOfOwn((owner === undefined ? null : field(owner, 'name'))?.text ?? '').map(({ node }) => node);
}

/** `512` of `def __init__(self, texts, max_length: int = 512)`. */
function defaultOf(definition: Node, name: string): Node | null {
  const parameters = field(definition, 'parameters');
  const parameter = (parameters === null ? [] : partsOf(parameters)).find(
    (each) => (field(each, 'name') ?? each).text === name,
  );
  return parameter === undefined ? null : field(parameter, 'value');
}
