import { standings } from '../../python/events';
import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf } from '../../python/signatures';
import { field, isField, isLoop, isScope, parameterNames, partsOf } from '../../python/syntax';
import { defineRule } from '../engine/define';
import { mayBeWithoutGradients } from '../libraries/torch/autograd';
import { called, modules } from '../engine/query';

/** A statement that switches gradients off for all that follows, wherever it stands. */
const switchedOffForAll =
  /^[ \t]*(?:torch\.)?(?:autograd\.)?(?:set_grad_enabled\s*\(|grad_mode\b|no_grad\(\)\.__enter__)/m;

const modelName = '(?:model|net|network|classifier|encoder|module)';
const evaluationName =
  '_*(?:eval|evaluate|validate|validation|valid|test|predict|infer|inference)(?:_(?:epoch|model|loop|one_epoch|net|network|batch|step|fn))?';

/** Either something is switched to evaluation, or a function of such a name is given a model. */
const evaluations = modules({
  methods: ['eval', 'item'],
  clues: [
    {
      packages: ['torch'],
      imported: false,
      groups: [called(['eval'])],
      where: (text) => /\.\s{0,9}eval\s{0,9}\(/.test(text),
    },
    {
      packages: ['torch'],
      imported: false,
      groups: [],
      where: (text) => givenModel.test(text) && /\b(?:eval|item)\s{0,9}\(/.test(text),
    },
  ],
});
const givenModel = new RegExp(String.raw`\bdef ${evaluationName}\s*\([^]{0,2000}?\b${modelName}\b`);

export const gradientsInInference = defineRule({
  id: 'gradients-in-inference',
  practice: null,
  severity: 'information',
  summary: 'An evaluation that records everything that gradients would need, and never asks for gradients.',
  details: `PyTorch: after \`model.eval()\`, or in a function named like an evaluation, the model is applied without \`torch.no_grad()\`, \`torch.inference_mode()\` or \`set_grad_enabled(False)\`, as a context or as a decorator.
\`model.eval()\` changes dropout and batch normalisation alone; it does not switch gradients off.
Code that may want the gradients (\`backward\`, \`requires_grad\`, \`autograd\`), or whose caller switches them off, is not reported.`,
  why: `The activations of every layer are kept until the output is dropped: that takes the memory of a training, so batches have to be smaller, and some time for every operation.`,
  remedy: `Put \`@torch.inference_mode()\` above the function, or \`with torch.inference_mode():\` around the loop; \`torch.no_grad()\` in versions before 1.9.`,
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
  ],
  compliant: [
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
      `${model}(…) keeps the activations of every layer for gradients that this evaluation never asks for. Put it under torch.inference_mode() or torch.no_grad(); eval() does not switch them off.`,
  },
  unless: switchedOffForAll,
}).on(evaluations, function* (module) {
  const reported = new Set<number>();
  for (const forward of [...afterEval(module), ...inNamedFunctions(module)]) {
    const owner = functionOf(module, forward);
    const site = owner?.id ?? module.root.id;
    if (
      reported.has(site) ||
      mayBeWithoutGradients(module, forward) ||
      (owner !== null && isSwitchedOffOutside(module, owner))
    )
      continue;
    if (
      lightningStep.test((owner === null ? null : field(owner, 'name'))?.text ?? '') &&
      /\b(?:pytorch_)?lightning\b/.test(module.text)
    )
      continue;
    const model = field(forward, 'function')?.text ?? 'the model';
    if (isFrozen(module, model)) continue;
    reported.add(site);
    yield { node: forward, message: 'recorded' as const, data: { model } };
  }
});

/**
 * True if all of a model's parameters are set to need no gradients, which then records nothing: `freeze()` of Lightning, or
 * `requires_grad_(False)`, wherever in the module.
 */
function isFrozen(module: PythonModule, model: string): boolean {
  const name = model.slice(model.lastIndexOf('.') + 1);
  if (!/freeze|requires_grad|optimize_for_inference/.test(module.text)) return false;
  for (const start of standings(name, module.text)) {
    module.spend(stepsOfAStanding);
    const after = module.text.slice(start + name.length, start + name.length + lookAhead);
    if (frozen.some((pattern) => pattern.test(after))) return true;
    // freeze(model)
    if (
      /^ ?\)/.test(after) &&
      /\b(?:freeze\w{0,20}|optimize_for_inference)\( ?(?:self\.)?$/.test(
        module.text.slice(Math.max(0, start - lookBack), start),
      )
    )
      return true;
  }
  return false;
}

/** So much text is looked at before and after each place where a model's name stands. */
const lookBack = 60;
const lookAhead = 400;
const stepsOfAStanding = 4;

/** What stands behind the name of a model that is frozen there. */
const frozen = [
  // model.freeze(), model.eval().requires_grad_(False)
  /^(?:\.\w{1,40}\([^()\n]{0,80}\)){0,5}\.(?:freeze\w{0,20}\( ?\)|requires_grad_\( ?(?:requires_grad ?= ?)?False\b)/,
  // model = Net(…).requires_grad_(False)
  /^ ?= ?[\w.]{1,80}\([^\n]{0,200}\.(?:freeze\w{0,20}\( ?\)|requires_grad_\( ?(?:requires_grad ?= ?)?False\b)/,
  // for p in model.parameters(): p.requires_grad = False
  /^\.parameters\(\)[^\n]{0,80}\n?[^\n]{0,80}\brequires_grad(?:_\( ?| ?= ?)False\b/,
];

/** Lightning calls these without gradients by itself. */
const lightningStep = /^(?:validation|test|predict)_step$/;

/** What tells that gradients may be wanted, or are already off. */
const aboutGradients =
  /backward|enable_grad|requires_grad|autograd|\bgrad\b|\.grad\b|no_grad|inference_mode|set_grad_enabled|volatile|retain_graph|GradCAM|saliency|attack/i;

/** For each `model.eval()`, the first call of that model that follows it in its block. */
function* afterEval(module: PythonModule): Generator<Node> {
  for (const call of module.calls(['eval'])) {
    if (call.receiver === null || argumentsOf(call.node).length > 0) continue;
    const statement = statementOf(call.node);
    const model = statement === null ? null : modelOf(call, statement);
    if (statement === null || model === null) continue;
    const region = regionAfter(statement, model);
    if (region.some(({ text }) => aboutGradients.test(text))) continue;
    const owner = functionOf(module, call.node);
    const [forward] = region.flatMap((part) => callsOf(module, part, model));
    // Outside a function, a single prediction is a demonstration; what passes a forward on may be asked for gradients.
    const isEvaluation =
      owner === null ? forward !== undefined && module.repetitions(forward).length > 0 : !isForward(owner);
    if (forward !== undefined && isEvaluation) yield forward;
  }
}

const isForward = (definition: Node): boolean => /forward|__call__|attack/i.test(field(definition, 'name')?.text ?? '');

function statementOf(node: Node): Node | null {
  let statement: Node | null = node;
  while (statement !== null && statement.parent?.type !== 'block' && statement.parent?.type !== 'module')
    statement = statement.parent;
  return statement;
}

/** What is put into evaluation mode, as it is written: `model` in `model = Net().to(device).eval()`. */
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

/** The statements behind one in its block, as long as the model stays in evaluation mode. */
function regionAfter(statement: Node, model: string): readonly Node[] {
  const region: Node[] = [];
  for (let next = statement.nextNamedSibling; next !== null; next = next.nextNamedSibling) {
    if (next.type === 'expression_statement' && next.text.startsWith(`${model}.train(`)) break;
    region.push(next);
  }
  return region;
}

/** What it costs to see what a name stands in, against the evaluation of a node. */
const stepsOfACall = 4;

/** The calls of a model itself in a part of the code, without those in functions that are only defined there. */
function callsOf(module: PythonModule, part: Node, model: string): readonly Node[] {
  const last = model.slice(model.lastIndexOf('.') + 1);
  return module.identifiersBetween(last, part.startIndex, part.endIndex).flatMap((identifier) => {
    module.spend(stepsOfACall);
    const { parent } = identifier;
    const callee = parent?.type === 'attribute' && isField(parent, 'attribute', identifier) ? parent : identifier;
    const call = callee.text === model ? callee.parent : null;
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

/** In functions that are named like an evaluation: the call of the model that they are given, in their loop over data. */
function* inNamedFunctions(module: PythonModule): Generator<Node> {
  for (const match of module.text.matchAll(evaluation)) {
    const name = match[1] ?? '';
    const start = match.index + match[0].indexOf(name);
    const definition = module.root.descendantForIndex(start, start + name.length)?.parent;
    if (definition?.type !== 'function_definition') continue;
    const body = field(definition, 'body');
    if (
      body === null ||
      aboutGradients.test(definition.text) ||
      !/\.item\(\)|\btorch\./.test(body.text) ||
      /\.train\(|\.step\(/.test(body.text)
    )
      continue;
    for (const parameter of parameterNames(definition).filter((each) => modelNames.test(each))) {
      const [forward] = callsOf(module, body, parameter).filter((call) =>
        module.repetitions(call).some(({ node }) => isLoop(node)),
      );
      if (forward !== undefined) yield forward;
    }
  }
}

function functionOf(module: PythonModule, node: Node): Node | null {
  return module.place(node)?.scopes.find(({ type }) => type === 'function_definition') ?? null;
}

/** True if a decorator may switch gradients off, or if a caller in this module does. */
function isSwitchedOffOutside(module: PythonModule, definition: Node, depth = 0): boolean {
  const decorated = definition.parent;
  if (
    decorated?.type === 'decorated_definition' &&
    partsOf(decorated).some(
      ({ type, text }) => type === 'decorator' && !/^@(?:staticmethod|classmethod)\s*$/.test(text),
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
