import { holds } from '../../../python/kept-searches';
import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { field, parameterNames, partsOf, targetsOf } from '../../../python/syntax';

/** Decorators of functions that answer requests: FastAPI, Flask, and others after their example. */
const route = /^@[\w.]+\.(?:get|post|put|api_route|route|websocket)\b/;

/** Classes that answer requests: TorchServe 0.12, LitServe 0.2, MLflow 3, KServe 0.15, Cog 0.16. */
const servingBase = /\b(?:\w*Handler|LitAPI|PythonModel|BasePredictor)\b|\bkserve\.Model\b/;
/** The same by a decorator: Ray Serve 2, BentoML 1, Modal 1. */
const servingDecorator = /^@(?:serve\.deployment|bentoml\.service|\w+\.cls\b)/;
/** Methods that prepare such an object, and are called once. */
const prepares = /^(?:__init__|initiali[sz]e|setup|load\w*|__enter__|enter|start\w*|reconfigure|warm\w*)$/;

/** Modules without any of these have no service. */
const mentions =
  /@[\w.]+\.(?:get|post|put|api_route|route|websocket|deployment|service|cls)\b|Handler\b|LitAPI|PythonModel|BasePredictor|kserve/;

/**
 * The functions and methods that answer requests with a model that was switched to evaluation before.
 * @param model the model as it is written: `model`, `self.model`
 * @param statement the statement that switches it
 */
export function* servingFunctions(module: PythonModule, model: string, statement: Node): Generator<Node> {
  if (!holds(module.text, mentions)) return;
  const [scope, around] = module.place(statement)?.scopes ?? [];
  if (scope?.type === 'module') {
    for (const definition of functionsIn(module.root)) {
      if (decoratorsOf(definition).some((text) => route.test(text))) yield definition;
    }
    return;
  }
  const isPrepared =
    scope !== undefined && prepares.test(field(scope, 'name')?.text ?? '') && model.startsWith('self.');
  if (!isPrepared || around?.type !== 'class_definition' || !serves(around)) return;
  for (const definition of functionsIn(field(around, 'body') ?? around)) {
    if (!prepares.test(field(definition, 'name')?.text ?? '')) yield definition;
  }
}

/** What gives a model that needs no switch: a pipeline switches gradients off, and these are no modules of PyTorch. */
const otherModel =
  /[pP]ipeline\b|\bdiffusers\b|neuron|\bonnxruntime\b|\bSentenceTransformer\b|\btensorflow\b|\bjoblib\b|\bxgboost\b/;

/**
 * The functions that the inference container of SageMaker calls for each request, with the names of the models that they are
 * given: `predict_fn(data, model)`, also unpacked there. Read in sagemaker-pytorch-inference-toolkit 2.0.
 */
export function* sageMakerFunctions(
  module: PythonModule,
): Generator<{ readonly definition: Node; readonly models: readonly string[] }> {
  if (!holds(module.text, predicts) || otherModel.test(module.text)) return;
  for (const definition of functionsIn(module.root)) {
    const name = field(definition, 'name')?.text ?? '';
    const parameters = parameterNames(definition);
    // `predict_fn(data, model)`, `transform_fn(model, data, content_type, accept)`
    const given = name === 'predict_fn' ? parameters[1] : name === 'transform_fn' ? parameters[0] : undefined;
    if (given === undefined) continue;
    const unpacked = definition.descendantsOfType('assignment').flatMap((assignment) => {
      const source = field(assignment, 'right');
      const root = source?.type === 'subscript' ? field(source, 'value') : source;
      return root?.text === given ? [...targetsOf(field(assignment, 'left') ?? assignment)] : [];
    });
    yield {
      definition,
      models: [given, ...unpacked.map((target) => target.name.text)].filter((each) => modelName.test(each)),
    };
  }
}

const modelName = /model|net|classifier|encoder/i;
const predicts = /\bdef (?:predict|transform)_fn\b/;

const serves = (definition: Node): boolean =>
  servingBase.test(field(definition, 'superclasses')?.text ?? '') ||
  decoratorsOf(definition).some((text) => servingDecorator.test(text));

/** The functions that stand directly in a module or in the body of a class. */
function* functionsIn(body: Node): Generator<Node> {
  for (const part of partsOf(body)) {
    const inner = part.type === 'decorated_definition' ? field(part, 'definition') : part;
    if (inner?.type === 'function_definition') yield inner;
  }
}

const decoratorsOf = ({ parent }: Node): readonly string[] =>
  parent?.type === 'decorated_definition'
    ? partsOf(parent).flatMap(({ type, text }) => (type === 'decorator' ? [text] : []))
    : [];
