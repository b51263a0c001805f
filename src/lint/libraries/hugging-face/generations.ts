import type { Call, PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { argumentsOf, bind, signature, type BoundArguments } from '../../../python/signatures';
import { contains, field, isField, partsOf } from '../../../python/syntax';
import { toInteger, toText, truth } from '../../../python/values';
import { lastGiven } from '../last-given';
import { functionsOf, methodsCalled } from '../own-functions';
import { callsOfResult } from '../results';
import { originOf } from '../../engine/origin';
import { called, query, type Query } from '../../engine/query';
import { targetOf } from '../../engine/uses';
import { isPipelineFor } from './pipelines';

/** A call of a language model that runs here. */
interface Generation {
  readonly call: Node;
  readonly by: 'model' | 'pipeline' | 'vLLM';
  /** An answer has at most so many tokens; null if that is not known. */
  readonly tokens: number | null;
}

/** Pipelines that write text, token by token (transformers 5.24, `pipelines/__init__.py`, and those of older versions). */
const writes =
  /^(?:text-generation|text2text-generation|summarization|image-to-text|image-text-to-text|translation(?:_\w+)?)$/;

/** Packages with a `generate` of their own. */
const others =
  /^(?:diffusers|keras\w*|tensorflow|openai|anthropic|cohere|google|vertexai|llama_cpp|ctransformers|gpt4all|ollama|mlx\w*|langchain\w*|llama_index|ragas|datasets|torch|lavis|nemo|megatron|litgpt)\b/;

/** What needs one prompt at a time, or is for a reader who waits: streams, drafts of a smaller model, a cache that is handed on. */
const oneOnly = ['streamer', 'assistant_model', 'prompt_lookup_num_tokens', 'past_key_values'];

const byName = signature('*');

/** The calls that certainly generate the answer to one prompt: only the first row of the result is used. */
export const generationsOfOne: Query<Generation> = query(
  {
    apis: ['transformers.pipeline'],
    methods: ['generate', 'chat', 'batch_decode'],
    clues: [
      {
        packages: ['torch', 'transformers', 'unsloth', 'vllm'],
        imported: true,
        groups: [called(['generate'])],
        where: (text) => firstRow.test(text) || oneRow.test(text),
      },
      {
        packages: ['vllm'],
        imported: true,
        groups: [called(['chat'])],
        where: (text) => firstRow.test(text),
      },
      {
        packages: ['transformers'],
        imported: true,
        groups: [called(['pipeline'])],
        where: (text) => mayWrite.test(text),
      },
      { packages: ['transformers'], imported: false, groups: [], where: (text) => text.search(generatedText) !== -1 },
    ],
  },
  function* (module) {
    for (const call of module.calls(['generate', 'chat'])) {
      const by = modelOf(module, call);
      if (
        by === null ||
        (by !== 'vLLM' && field(call.callee, 'attribute')?.text === 'chat') ||
        !(keepsFirst(module, call.node) || (by === 'model' && isGivenOneRow(module, call.node)))
      )
        continue;
      const args = module.bind(call, byName);
      if (takesBatch(module, call.node)) continue;
      if (oneOnly.every((name) => args.get(name) === null)) yield { call: call.node, by, tokens: mostTokens(args) };
    }
    for (const call of module.calls(['pipeline'])) {
      if (!isPipelineFor(writes, module, call)) continue;
      for (const use of callsOfResult(module, call.node)) {
        const args = bind(use, byName, module.evaluator);
        if (args.get('batch_size') !== null || takesBatch(module, use)) continue;
        if (keepsFirst(module, use)) yield { call: use, by: 'pipeline', tokens: mostTokens(args) };
      }
    }
    yield* answersOfPipelines(module);
  },
);

/** What a pipeline that writes calls its answers: `pipe(prompt)[0]["generated_text"]`, wherever the pipeline comes from. */
const generatedText = /\[\s{0,9}0\s{0,9}\]\s{0,9}\[["'](generated_text|summary_text|translation_text)["']\]/g;

function* answersOfPipelines(module: PythonModule): Generator<Generation> {
  for (const { index } of module.text.matchAll(generatedText)) {
    const answer = module.root.descendantForIndex(index, index + 1)?.parent ?? null;
    const result = answer?.type === 'subscript' ? field(answer, 'value') : null;
    const use = result?.type === 'identifier' ? lastGiven(module, result) : result;
    const callee = use?.type === 'call' ? field(use, 'function') : null;
    if (use === null || callee === null) continue;
    // What a library or the module defines is no pipeline.
    if (!isHanded(module, callee)) continue;
    const args = bind(use, byName, module.evaluator);
    if (args.get('batch_size') !== null || takesBatch(module, use) || !keepsFirst(module, use)) continue;
    yield { call: use, by: 'pipeline', tokens: mostTokens(args) };
  }
}

/** True for a parameter or an attribute that something is handed on in, by the usual name of a pipeline or a model. */
function isHanded(module: PythonModule, callee: Node): boolean {
  if (!/pipe|generator|summari|translat|model|llm/i.test(callee.text) || /client|api/i.test(callee.text)) return false;
  const given = callee.type === 'identifier' ? (lastGiven(module, callee) ?? callee) : callee;
  return (
    (given.type === 'identifier' || given.type === 'attribute') &&
    originOf(module, callee) === null &&
    functionsOf(module, callee).length === 0
  );
}

const firstRow = /\[\s{0,9}0\s{0,9}[\],]|\.squeeze\(/;
const oneRow = /\btorch\.(?:tensor|LongTensor)\(\s{0,9}\[\w/;
const mayWrite = /generation|summarization|translation|to-text/;

function mostTokens(args: BoundArguments): number | null {
  const given = args.get('max_new_tokens');
  return given === null ? null : toInteger(given.value);
}

/** What generates; null if it is known to be something else, or is a method of the code's own. */
function modelOf(module: PythonModule, call: Call): 'model' | 'vLLM' | null {
  const { receiver } = call;
  if (receiver === null || receiver.text === 'self' || receiver.type === 'call') return null;
  const origin = originOf(module, receiver);
  if (origin?.startsWith('vllm.') === true) return 'vLLM';
  if (origin?.startsWith('transformers.') === true) return 'model';
  if (
    origin === null &&
    importsVLLM.test(module.text) &&
    (vLLMName.test(receiver.text) || takesSampling.test(call.node.text))
  )
    return 'vLLM';
  if (!/model/i.test(receiver.text) || isOfOwnClass(module, call)) return null;
  return origin === null || !(others.test(origin) || ownClass.test(origin)) ? 'model' : null;
}

/** The usual name of vLLM's engine, where a function is given it. */
const vLLMName = /(?:^|[._])(?:llm|vllm_model|vllm_engine)$/;
const importsVLLM = /(?:^|;)[ \t]{0,99}(?:from|import)[ \t]{1,9}vllm\b/m;

/** `model.generate([prompt], sampling_params)` */
const takesSampling = /\bgenerate\([^)]{0,200}\b(?:sampling_params|SamplingParams)\b/;

/** A class of the project that is called, which loads no weights as those of Transformers do. */
const ownClass = /(?:^|\.)[A-Z]\w{0,60}$/;

/** True for a `generate` that the module defines, or that is given texts or images, which that of Transformers is not. */
function isOfOwnClass(module: PythonModule, { node, callee }: Call): boolean {
  const given = argumentsOf(node);
  return (
    given.some(({ type }) => type === 'list' || type === 'string') ||
    given.some(
      (each) =>
        each.type === 'keyword_argument' && /^max_(?:gen|generation)_len$/.test(field(each, 'name')?.text ?? ''),
    ) ||
    methodsCalled(module, callee).some((method) => !contains(method, node))
  );
}

/** The variable that holds what a call returned; null if none does. */
function nameOf(call: Node): string | null {
  const target = targetOf(call);
  return target?.type === 'identifier' ? target.text : null;
}

/** True if the first row of the result is used as the answer: `output[0]`, or what it is decoded to. */
function keepsFirst(module: PythonModule, call: Node): boolean {
  if (isFirst(call)) return true;
  if (isWhole(call)) return false;
  const scope = module.place(call)?.scopes[0] ?? call;
  const after = (each: string): readonly Node[] => module.identifiersBetween(each, call.endIndex, scope.endIndex);
  const isUsed = (each: string): boolean =>
    after(each).some((identifier) => {
      const part = identifier.parent;
      const isRows = part?.type === 'attribute' && isField(part, 'object', identifier);
      if (part === null || !isRows || isFirst(identifier)) return isFirst(identifier);
      const rows = field(part, 'attribute')?.text;
      // The scores of the first token: `output.scores[0][0]`
      const token = part.parent;
      return (
        (rows === 'sequences' && isFirst(part)) ||
        (rows === 'scores' && token?.type === 'subscript' && isField(token, 'value', part) && isFirst(token))
      );
    });
  const decodes = module
    .calls(['batch_decode'])
    .flatMap(({ node }) => (node.startIndex < call.startIndex || node.endIndex > scope.endIndex ? [] : [node]));
  const results = [call, ...decodes];
  const names = results.flatMap((node) => nameOf(node) ?? []);
  // Answers without their prompts keep the order: ids = [out[len(ids):] for ids, out in zip(inputs, outputs)]
  for (const [at, name] of names.entries()) {
    if (at >= mostSteps) break;
    names.push(
      ...after(name)
        .flatMap((each) => nameOf(cutOf(each) ?? columnsOf(each) ?? each) ?? [])
        .filter((each) => !names.includes(each)),
    );
  }
  if (decodes.some(isWhole) || names.some((each) => after(each).some(isWhole))) return false;
  return decodes.some(isFirst) || names.some(isUsed);
}

/** True where all rows of a result are used: `for text in texts`, `answers.extend(texts)`, `answers += texts`. */
function isWhole(node: Node): boolean {
  const user = node.parent;
  if (cutOf(node) !== null) return false;
  if (user?.type === 'for_statement' || user?.type === 'for_in_clause') return isField(user, 'right', node);
  if (user?.type === 'augmented_assignment') return isField(user, 'right', node);
  const callee = user?.type === 'argument_list' ? user.parent?.childForFieldName('function') : null;
  return /^(?:zip|enumerate|list|iter)$|\.extend$/.test(callee?.text ?? '');
}

/** The list of answers, each without its prompt, that a comprehension makes of the results that are zipped with the prompts. */
function cutOf(node: Node): Node | null {
  const zipped = node.parent?.parent;
  const clause = zipped?.parent;
  const list = clause?.type === 'for_in_clause' ? clause.parent : null;
  const body = list?.type === 'list_comprehension' ? field(list, 'body') : null;
  const isCut = body?.type === 'subscript' && field(body, 'subscript')?.type === 'slice';
  return isCut && zipped?.type === 'call' && field(zipped, 'function')?.text === 'zip' ? list : null;
}

/** `answer[:, length:]`: the same rows without their prompts; null for another part. */
function columnsOf(node: Node): Node | null {
  const part = node.parent?.type === 'subscript' && isField(node.parent, 'value', node) ? node.parent : null;
  const [rows, columns] = part?.childrenForFieldName('subscript') ?? [];
  return rows?.text === ':' && columns?.type === 'slice' ? part : null;
}

/** True for a model that gets `torch.tensor([ids])`: one prompt, whatever is done with the answer. */
function isGivenOneRow(module: PythonModule, call: Node): boolean {
  const args = bind(call, asked, module.evaluator);
  const written = args.get('inputs')?.node ?? args.get('input_ids')?.node ?? null;
  let node = written?.type === 'identifier' ? lastGiven(module, written) : written;
  // torch.tensor([ids]).to(device)
  for (let callee = calleeOf(node); callee?.type === 'attribute'; callee = calleeOf(node)) {
    const object = field(callee, 'object');
    if (object?.type !== 'call') break;
    node = object;
  }
  const [list] =
    /^torch\.(?:tensor|LongTensor)$/.test(calleeOf(node)?.text ?? '') && node !== null ? argumentsOf(node) : [];
  const [row, ...more] = list?.type === 'list' ? partsOf(list) : [];
  return more.length === 0 && (row?.type === 'identifier' || row?.type === 'call' || row?.type === 'attribute');
}

const calleeOf = (node: Node | null): Node | null => (node?.type === 'call' ? field(node, 'function') : null);

/** The arguments in which a model, a tokenizer or a processor gets its prompts. */
const asked = signature('inputs, *more');
const promptArguments = ['prompts', 'text', 'inputs', 'input_ids', 'prompt_token_ids', 'conversations', 'images'];
/** Names of more than one prompt. */
const severalName =
  /(?:^|_)(?:texts|prompts|questions|queries|sentences|examples|instructions|requests|batch\w{0,20})$/i;
/** So many names and calls are followed from a model to the text that it is given. */
const mostSteps = 6;

/** True if a call is given several prompts at once. */
function takesBatch(module: PythonModule, call: Node, depth = 0): boolean {
  if (depth > mostSteps) return false;
  const args = bind(call, asked, module.evaluator);
  const padding = args.get('padding');
  const pads = padding !== null && (toText(padding.value) ?? truth(padding.value)) !== false;
  const given = [
    ...promptArguments.map((name) => args.get(name)?.node ?? null),
    ...args.more.map((each) => each.node),
    ...partsOf(field(call, 'arguments') ?? call).filter(({ type }) => type === 'dictionary_splat'),
  ];
  return given.some((node) => node !== null && isBatch(module, node, pads, depth));
}

function isBatch(module: PythonModule, node: Node, pads: boolean, depth: number): boolean {
  module.spend(1);
  if (depth > mostSteps) return false;
  switch (node.type) {
    case 'list':
    case 'tuple':
      // The messages of one chat.
      if (partsOf(node)[0]?.type === 'dictionary') return false;
      return partsOf(node).length > 1 || partsOf(node).some(({ type }) => type === 'list_splat');
    case 'list_comprehension':
      return field(node, 'body')?.type !== 'dictionary';
    case 'identifier': {
      const given = lastGiven(module, node);
      if (given !== null) return isBatch(module, given, pads, depth + 1);
      return pads && severalName.test(node.text);
    }
    case 'call': {
      const callee = field(node, 'function');
      const object = callee?.type === 'attribute' ? field(callee, 'object') : null;
      // tokenizer(…).to(device)
      if (object?.type === 'call' || /^(?:to|cuda|half)$/.test(callee?.childForFieldName('attribute')?.text ?? ''))
        return object !== null && isBatch(module, object, pads, depth + 1);
      return /tokeniz|processor|^tok$|encode|template/i.test(callee?.text ?? '') && takesBatch(module, node, depth + 1);
    }
    case 'dictionary_splat': {
      const [inner] = partsOf(node);
      return inner !== undefined && isBatch(module, inner, pads, depth + 1);
    }
    case 'attribute':
      return isBatch(module, field(node, 'object') ?? node, pads, depth + 1);
    case 'subscript': {
      const value = field(node, 'value');
      const part = field(node, 'subscript');
      if (part?.type === 'slice') return pads;
      return part?.type === 'string' && value !== null && isBatch(module, value, pads, depth + 1);
    }
    default:
      return false;
  }
}

/** True for `node[0]`, `node[0, n:]` and `node.squeeze(0)`, which is a row if there is but one. */
function isFirst(node: Node): boolean {
  const user = node.parent;
  if (user?.type === 'subscript') return isField(user, 'value', node) && field(user, 'subscript')?.text === '0';
  const call = user?.type === 'attribute' && field(user, 'attribute')?.text === 'squeeze' ? user.parent : null;
  return call?.type === 'call' && /^\((?:dim=)?0?\)$/.test(field(call, 'arguments')?.text ?? '');
}
