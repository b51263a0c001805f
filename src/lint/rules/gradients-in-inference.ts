import { holds, matchesIn } from '../../python/kept-searches';
import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf } from '../../python/signatures';
import {
  contains,
  field,
  isField,
  isLoop,
  isScope,
  parameterNames,
  partsOf,
  targetsOf,
  wholeName,
} from '../../python/syntax';
import { defineRule } from '../engine/define';
import { assignmentsTo } from '../engine/assigned';
import { called, modules } from '../engine/query';
import { withoutComments } from '../../python/comments';
import { evaluationStep } from '../libraries/lightning';
import { aboutGradients, mayBeWithoutGradients, switchedOffForAll, wantsGradients } from '../libraries/torch/autograd';
import { isFrozen } from '../libraries/torch/frozen';
import { sageMakerFunctions, servingFunctions } from '../libraries/torch/services';

const modelName = '(?:model|net|network|classifier|encoder|module)';
const evaluationName =
  '_*(?:eval|evaluate|validate|validation|valid|test|predict|infer|inference)(?:_(?:epoch|model|loop|one_epoch|net|network|batch|step|fn))?';

/** Either something is switched to evaluation, or a function of such a name is given a model. */
const evaluations = modules({
  methods: ['eval', 'item', 'train', 'detach'],
  clues: [
    {
      packages: ['torch'],
      imported: false,
      groups: [called(['eval', 'train'])],
      where: (text) => holds(text, callsEval),
    },
    {
      packages: ['torch'],
      imported: false,
      groups: [],
      where: (text) =>
        (holds(text, evaluationHeader) && holds(text, callsEvalOrItem) && givenModel.test(text)) ||
        holds(text, predictFn),
    },
  ],
});
const callsEval = /\.\s{0,9}(?:eval\s{0,9}\(|train\s{0,9}\(\s{0,9}(?:mode\s{0,9}=\s{0,9})?False\b)/;
const callsEvalOrItem = /\b(?:eval|item|detach)\s{0,9}\(/;
/** What SageMaker calls for each request. */
const predictFn = /\bdef (?:predict|transform)_fn\s{0,9}\(/;
/** What `givenModel` begins with. */
const evaluationHeader = new RegExp(String.raw`\bdef ${evaluationName}\s*\(`);
const givenModel = new RegExp(String.raw`\bdef ${evaluationName}\s*\([^]{0,2000}?\b${modelName}\b`);

export const gradientsInInference = defineRule({
  id: 'gradients-in-inference',
  practice: null,
  severity: 'information',
  inTests: false,
  summary: 'An evaluation that records activations for gradients that it never computes.',
  details: `PyTorch: a model is called after \`model.eval()\` or \`model.train(False)\`, in a function named like an evaluation, or in a service (a route of FastAPI or Flask, a handler of TorchServe, a deployment of Ray Serve or BentoML, \`predict_fn\` and \`transform_fn\` of SageMaker, with or without \`eval()\`), without \`torch.no_grad()\`, \`torch.inference_mode()\` or \`set_grad_enabled(False)\` as context or decorator. A single prediction in a script or a test is not reported.
\`model.eval()\` only changes dropout and batch normalisation; it does not turn gradients off.
Code that may need gradients (\`backward\`, \`requires_grad\`, \`autograd\`), or whose caller turns them off, is not reported.`,
  why: 'The activations of every layer are kept until the output is released. That takes as much memory as training, so batches must be smaller, and every operation takes a little longer.',
  remedy:
    'Decorate the function with `@torch.inference_mode()`, or put the loop into `with torch.inference_mode():`. Before PyTorch 1.9, use `torch.no_grad()`.',
  nonCompliant: [
    {
      code: `import torch

def evaluate(model, loader):
    model.eval()
    correct = 0
    for x, y in loader:
        output = model(x)
        correct += (output.argmax(1) == y).sum().item()
    return correct
`,
      severity: 'information',
    },
    {
      code: `import torch
from torch import nn

def validate(net, loader, device):
    losses = []
    for x, y in loader:
        losses.append(nn.functional.cross_entropy(net(x.to(device)), y.to(device)).item())
    return sum(losses) / len(losses)
`,
      severity: 'information',
    },
    {
      code: `import torch
from fastapi import FastAPI

app = FastAPI()
model = torch.load("model.pt")
model.eval()

@app.post("/predict")
def predict(values: list):
    return model(torch.tensor(values)).tolist()
`,
      severity: 'information',
    },
  ],
  compliant: [
    `import torch
from fastapi import FastAPI

app = FastAPI()
model = torch.load("model.pt")
model.eval()

@app.post("/predict")
@torch.inference_mode()
def predict(values: list):
    return model(torch.tensor(values)).tolist()
`,
    `import torch

@torch.inference_mode()
def evaluate(model, loader):
    model.eval()
    return [model(x) for x, y in loader]
`,
    `import torch

def evaluate(model, loader):
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            output = model(x)
`,
    `import torch

def predict(model, loader):
    model.eval()
    return [model(x) for x in loader]

with torch.no_grad():
    outputs = predict(model, loader)
`,
    `import torch

def saliency(model, images):
    model.eval()
    images.requires_grad_()
    model(images).max().backward()
    return images.grad
`,
  ],
  messages: {
    recorded: ({ model }: { readonly model: string }) =>
      `${model}(…) keeps the activations of every layer for gradients that are never computed. Use torch.inference_mode() or torch.no_grad(); eval() does not turn gradients off.`,
  },
  unless: switchedOffForAll,
}).on(evaluations, function* (module) {
  const reported = new Set<number>();
  const served = [...inServices(module)];
  for (const forward of [...afterEval(module), ...inNamedFunctions(module), ...served]) {
    const owner = functionOf(module, forward);
    // Cells and scripts evaluate in several places, and each needs a context of its own.
    const site = owner?.id ?? module.repetitions(forward).at(-1)?.node.id ?? module.root.id;
    if (
      reported.has(site) ||
      mayBeWithoutGradients(module, forward) ||
      // What calls a service is not in this module, and its decorators only say where it is found.
      (owner !== null && !served.includes(forward) && isSwitchedOffOutside(module, owner))
    )
      continue;
    if (
      evaluationStep.test((owner === null ? null : field(owner, 'name'))?.text ?? '') &&
      /\b(?:pytorch_)?lightning\b/.test(module.text)
    )
      continue;
    const model = field(forward, 'function')?.text ?? 'the model';
    if (isFrozen(module, model) || isPipeline(module, forward)) continue;
    reported.add(site);
    yield { node: forward, message: 'recorded' as const, data: { model } };
  }
});

/** True for a call with arguments that only pipelines of Transformers take, which turn gradients off themselves; also unpacked. */
const isPipeline = (module: PythonModule, call: Node): boolean =>
  argumentsOf(call).some((given) => {
    const [unpacked] = given.type === 'dictionary_splat' ? partsOf(given) : [];
    const settings =
      unpacked === undefined ? [given] : [unpacked, ...assignmentsTo(module, unpacked.text).map(({ value }) => value)];
    return settings.some((each) => each !== null && ofPipelines.test(each.text));
  });

const ofPipelines =
  /^(?:\{|dict\()?[^]{0,300}?\b(?:return_all_scores|function_to_apply|candidate_labels|return_full_text|aggregation_strategy|chunk_length_s)["']?\s{0,9}[=:]/;

/** `model.eval()`, and `model.train(False)`, which does the same. */
function switchesToEvaluation(module: PythonModule): readonly Call[] {
  return module.calls(['eval', 'train']).filter(({ node, receiver }) => {
    if (receiver === null) return false;
    const given = argumentsOf(node);
    return field(node, 'function')?.text.endsWith('.train') === true
      ? given.length === 1 && isFalse.test(given[0]?.text ?? '')
      : given.length === 0;
  });
}

/** The argument of `train`, also by its name. */
const isFalse = /^(?:mode\s{0,9}=\s{0,9})?False$/;

/** For each `model.eval()`, the first call of that model that follows it in its block. */
function* afterEval(module: PythonModule): Generator<Node> {
  for (const call of switchesToEvaluation(module)) {
    const statement = statementOf(call.node);
    const model = statement === null ? null : modelOf(call, statement);
    if (statement === null || model === null) continue;
    const region = regionAfter(statement, model);
    if (region.some((part) => wantsGradients.test(codeOf(part)))) continue;
    const owner = functionOf(module, call.node);
    const [forward] = region.flatMap((part) => callsOf(module, part, model));
    if (forward === undefined) continue;
    // What another part switches off later is for itself.
    if (region.some((part) => part.startIndex <= forward.startIndex && aboutGradients.test(codeOf(part)))) continue;
    // A single prediction is a demonstration or a test. A caller of a forward may want gradients.
    // A benchmark may measure just that.
    if (region.some(({ text }) => text.includes('cuda.synchronize('))) continue;
    const rounds = module.repetitions(forward);
    // Made anew in each round, it runs once.
    const isMade = partsOf(statement)[0]?.type === 'assignment';
    const isRepeated =
      rounds.some(({ node }) => !isMade || !contains(node, statement)) ||
      (owner !== null && predictsOften(module, owner));
    if (isRepeated && (owner === null || !isForward(owner))) yield forward;
  }
}

/** Functions of such names are there to be called again and again, whoever calls them. */
const predictionName = /predict|infer|eval|embed|encode|score|classif|rank|transcri|caption|similarit/i;
const onceName = /^_*(?:test|check|create_and|verify|convert|export|compare)|(?:_test|Test)$/;

/** Whether a function without a loop runs its model many times, as its name or its callers tell. */
function predictsOften(module: PythonModule, owner: Node): boolean {
  const name = field(owner, 'name')?.text ?? '';
  return (
    (predictionName.test(name) && !onceName.test(name)) ||
    module.identifiers(name).some((each) => each.parent?.type === 'call' && module.repetitions(each).length > 0)
  );
}

/** In services: the first call of a model that was switched to evaluation when the service started. */
function* inServices(module: PythonModule): Generator<Node> {
  for (const call of switchesToEvaluation(module)) {
    const statement = statementOf(call.node);
    const model = statement === null ? null : modelOf(call, statement);
    if (statement === null || model === null) continue;
    for (const definition of servingFunctions(module, model, statement)) {
      if (aboutGradients.test(codeOf(definition))) continue;
      const [forward] = callsOf(module, field(definition, 'body') ?? definition, model);
      if (forward !== undefined) yield forward;
    }
  }
  for (const { definition, models } of sageMakerFunctions(module)) {
    if (aboutGradients.test(codeOf(definition))) continue;
    const body = field(definition, 'body') ?? definition;
    const [forward] = models.flatMap((model) => callsOf(module, body, model));
    if (forward !== undefined) yield forward;
  }
}

/** A part without its comments, which may tell of gradients: `# tensor(…, grad_fn=<AddmmBackward>)` */
const codeOf = ({ text }: Node): string => withoutComments(text);

const isForward = (definition: Node): boolean => /forward|__call__|attack/i.test(field(definition, 'name')?.text ?? '');

function statementOf(node: Node): Node | null {
  let statement: Node | null = node;
  while (statement !== null && statement.parent?.type !== 'block' && statement.parent?.type !== 'module')
    statement = statement.parent;
  return statement;
}

/** The model in evaluation mode, as it is written: `model` in `model = Net().to(device).eval()`. */
function modelOf({ node, receiver }: Call, statement: Node): string | null {
  const inner = partsOf(statement)[0];
  if (statement.type !== 'expression_statement' || inner === undefined) return null;
  if (inner.type === 'assignment') {
    const left = field(inner, 'left');
    return isField(inner, 'right', node) && (left?.type === 'identifier' || left?.type === 'attribute')
      ? left.text
      : null;
  }
  if (inner.id !== node.id) return null;
  let object = receiver;
  while (object?.type === 'call') {
    const callee = field(object, 'function');
    object = callee?.type === 'attribute' ? field(callee, 'object') : null;
  }
  return object?.type === 'identifier' || object?.type === 'attribute' ? object.text : null;
}

/** The statements after one in its block, as long as the model stays in evaluation mode. */
function regionAfter(statement: Node, model: string): readonly Node[] {
  const region: Node[] = [];
  for (let next = statement.nextNamedSibling; next !== null; next = next.nextNamedSibling) {
    if (next.type === 'expression_statement' && next.text.startsWith(`${model}.train(`) && !callsEval.test(next.text))
      break;
    region.push(next);
  }
  return region;
}

/** The cost of finding what a name is part of, relative to evaluating a node. */
const stepsOfACall = 4;

/** What a wrapper calls the model in it. */
const innerModel = /^(?:module|network|net|model|backbone|encoder|forward)$/;

/** The calls of a model in a part of the code, without those in functions that are only defined there. */
function callsOf(module: PythonModule, part: Node, model: string): readonly Node[] {
  const last = model.slice(model.lastIndexOf('.') + 1);
  return module.identifiersBetween(last, part.startIndex, part.endIndex).flatMap((identifier) => {
    module.spend(stepsOfACall);
    const named = wholeName(identifier);
    if (named.text !== model) return [];
    const inner = named.parent;
    const callee =
      inner?.type === 'attribute' &&
      isField(inner, 'object', named) &&
      innerModel.test(field(inner, 'attribute')?.text ?? '')
        ? inner
        : named;
    const call = callee.parent;
    if (call?.type !== 'call' || !isField(call, 'function', callee)) return [];
    for (let up: Node | null = call; up !== null; up = up.parent) {
      if (isScope(up)) return [];
      if (up.id === part.id) return [call];
    }
    return [];
  });
}

const evaluation = new RegExp(String.raw`^[ \t]*def (${evaluationName})\s*\(`, 'gm');
const modelNames = new RegExp(`^${modelName}$`);

/** In functions named like an evaluation: the first call of each model parameter in a loop. */
function* inNamedFunctions(module: PythonModule): Generator<Node> {
  for (const match of matchesIn(module.text, evaluation)) {
    const found = module.text.slice(match.start, match.end);
    const name = /def (\w+)/.exec(found)?.[1] ?? '';
    const start = match.start + found.indexOf(name);
    const definition = module.root.descendantForIndex(start, start + name.length)?.parent;
    if (definition?.type !== 'function_definition') continue;
    const body = field(definition, 'body');
    if (
      body === null ||
      aboutGradients.test(codeOf(definition)) ||
      !/\.(?:item|detach)\(\)|\btorch\./.test(body.text) ||
      /\.train\(|\.step\(/.test(body.text)
    )
      continue;
    for (const model of modelsIn(module, definition, body)) {
      const [forward] = callsOf(module, body, model).filter((call) =>
        module.repetitions(call).some(({ node }) => isLoop(node)),
      );
      if (forward !== undefined) yield forward;
    }
  }
}

/**
 * The models that an evaluation has: its parameters, each of several that it is given, and one of the module whose output it
 * takes the history from.
 */
function modelsIn(module: PythonModule, definition: Node, body: Node): ReadonlySet<string> {
  const parameters = parameterNames(definition);
  const ofLists = body.descendantsOfType('for_statement').flatMap((loop) => {
    const source = field(loop, 'right')?.text ?? '';
    const given = /^(?:enumerate\( {0,3})?(\w{1,60})\)?$/.exec(source)?.[1] ?? '';
    return parameters.includes(given) ? [...targetsOf(field(loop, 'left') ?? loop)].map(({ name }) => name.text) : [];
  });
  const names = [...parameters, ...ofLists].filter((each) => modelNames.test(each));
  const isOfModule =
    !parameters.includes('model') &&
    !ofLists.includes('model') &&
    /\.detach\(\)/.test(body.text) &&
    module.evaluator.names.bindingsIn(definition, 'model').length === 0 &&
    assignmentsTo(module, 'model').some(({ value }) => loadsModel.test(value?.text ?? ''));
  return new Set(isOfModule ? [...names, 'model'] : names);
}

const loadsModel = /^(?:\w{1,40}\.)?(?:AutoModel\w{0,60}|\w{0,60}For[A-Z]\w{1,60})\.from_pretrained\(|^torch\.load\(/;

function functionOf(module: PythonModule, node: Node): Node | null {
  return module.place(node)?.scopes.find(({ type }) => type === 'function_definition') ?? null;
}

const onlyNames = /^@(?:staticmethod|classmethod)\s*$/;

/** Decorators that make a function a command of a program, and change nothing of what it does. */
const commands =
  /^@(?:click\.(?:command|group|option|argument|pass_context|pass_obj|version_option)|hydra\.main|\w{1,40}\.(?:command|callback))\b/;
const commandLines = /\b(?:from|import)[ \t]+(?:typer|click|hydra|cyclopts|asyncclick|rich_click)\b/;

const isCommand = (module: PythonModule, decorator: string): boolean =>
  commands.test(decorator) && commandLines.test(module.text);

/** True if a decorator may switch gradients off, or if a caller in this module does. */
function isSwitchedOffOutside(module: PythonModule, definition: Node, depth = 0): boolean {
  const decorated = definition.parent;
  if (
    decorated?.type === 'decorated_definition' &&
    partsOf(decorated).some(
      ({ type, text }) => type === 'decorator' && !onlyNames.test(text) && !isCommand(module, text),
    )
  ) {
    return true;
  }
  const name = field(definition, 'name')?.text;
  if (name === undefined || depth > 2) return false;
  return module.identifiers(name).some((identifier) => {
    if (identifier.parent?.id === definition.id) return false;
    if (mayBeWithoutGradients(module, identifier)) return true;
    const caller = functionOf(module, identifier);
    return caller !== null && caller.id !== definition.id && isSwitchedOffOutside(module, caller, depth + 1);
  });
}
