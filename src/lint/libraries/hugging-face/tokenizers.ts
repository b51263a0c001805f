import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { argumentsOf } from '../../../python/signatures';
import { contains, field } from '../../../python/syntax';
import { toText, type Value } from '../../../python/values';
import { functionsOf } from '../own-functions';

/** Tokenizers written in Python, which take texts one by one anyway (transformers 4; with version 5 they are fast). */
const slowClass =
  /^(?:Llama|(?:Distil|Big_?Bird|Camem)?Bert|BigBird|(?:XLM)?Roberta|GPT2|M?T5|XLNet|Albert|M?Bart|Electra|Deberta(?:V2)?|Longformer|MPNet|Marian|Pegasus)Tokenizer$/i;
const namedTokenizers = /\b\w{0,40}Tokenizer\b/gi;

/** Models whose tokenizers are fast, also where the code of the model itself comes with it. */
const fastModel =
  /\bllama-?[23]|mistral|mixtral|qwen-?(?:1\.5|2|3)|gemma|phi-?(?:3|4)|(?:distil|ro)bert|\bgpt2\b|\bfalcon|deepseek-?(?:v[2-9]|r1)|smollm|olmo/i;

/** False if a module loads a slow tokenizer, or only such that come with code of their own. */
export function mayHaveFastTokenizer(module: PythonModule): boolean {
  const loads = module.identifiers('from_pretrained').flatMap((name) => {
    const callee = name.parent;
    const className = callee?.type === 'attribute' ? lastWord(field(callee, 'object')) : '';
    const call = callee?.parent;
    if (call?.type !== 'call' || !/Tokenizer(?:Fast)?$/.test(className)) return [];
    const made = module.callOf(module.evaluate(call))?.name ?? null;
    return [{ call, className, isUnknown: hasOwnCode(module, call) || (made !== null && isOther(made)) }];
  });
  // What is loaded only if something else cannot be is the exception.
  const usual = loads.every(({ call }) => isInHandler(call)) ? loads : loads.filter(({ call }) => !isInHandler(call));
  if (usual.length === 0) return ![...module.text.matchAll(namedTokenizers)].some(([name]) => slowClass.test(name));
  return !usual.some(({ className }) => slowClass.test(className)) && usual.some(({ isUnknown }) => !isUnknown);
}

const lastWord = (node: Node | null): string => /\w{1,60}$/.exec(node?.text ?? '')?.[0] ?? '';

function isInHandler(call: Node): boolean {
  for (let node = call.parent; node !== null; node = node.parent) if (node.type === 'except_clause') return true;
  return false;
}

/** True for a tokenizer that may come with Python code of its own, as those of ChatGLM and the first Qwen do. */
function hasOwnCode(module: PythonModule, call: Node): boolean {
  const [model] = argumentsOf(call);
  const given = field(call, 'arguments')?.text ?? '';
  return (
    /trust_remote_code\s{0,9}=\s{0,9}True/.test(given) &&
    !/use_fast\s{0,9}=\s{0,9}True/.test(given) &&
    !(model !== undefined && fastModel.test(toText(module.evaluate(model)) ?? model.text)) &&
    !(model !== undefined && isOfTransformers(module, model))
  );
}

/** True for a model that is loaded without code of its own: Transformers knows it, and its tokenizer too. */
function isOfTransformers(module: PythonModule, model: Node): boolean {
  const loads = module.identifiers('from_pretrained').flatMap((name) => {
    const callee = name.parent;
    const call = callee?.parent;
    return callee?.type === 'attribute' && call?.type === 'call'
      ? [{ call, className: lastWord(field(callee, 'object')) }]
      : [];
  });
  const ofTokenizers = loads.filter(({ className }) => /Tokenizer(?:Fast)?$/.test(className));
  return (
    module
      .identifiers('trust_remote_code')
      .every((each) => ofTokenizers.some(({ call }) => contains(field(call, 'arguments') ?? call, each))) &&
    !/["']trust_remote_code["']/.test(module.text) &&
    loads.some(
      ({ call, className }) => /^AutoModel(?:For\w+)?$/.test(className) && argumentsOf(call)[0]?.text === model.text,
    )
  );
}

/**
 * The methods of a tokenizer that take a text. Not `apply_chat_template`: 1,500 conversations in a batch take the processor as long
 * as one by one (1.05 of the time, transformers 5), since their templates are rendered one by one either way.
 */
const encodes = /^(?:encode|encode_plus|batch_encode_plus|__call__|tokenize)$/;
const usualName = /(?:^|[._])tokenizer\d*$/i;
/** Tokenizers that split texts into words or sentences. */
const ofWords = /sent|word|punkt|nltk|spacy|regexp/i;

const isLoader = (name: string): boolean => /^transformers\.\w{0,60}Tokenizer\w{0,20}\.from_pretrained$/.test(name);

/** True for a class or function of another library, whose tokenizer may be anything. */
const isOther = (name: string): boolean => !/^(?:transformers|tokenizers|modelscope|unsloth|trl)\./.test(name);

/** Sound, images, models and tables cost more than the tokenizer, and the tokenizer of tables takes one table at a time. */
const otherInput =
  /audio|speech|codes_list|image|pixel|bbox|feature_extractor|\bprocessor\(|\btable\s{0,9}=[^=]|\bmodel\w{0,20}\(|\.generate\(|\bllm\w{0,20}\(|no_grad|inference_mode|\.detach\(/i;

/** So many functions of the module are followed from one that is mapped to the call of the tokenizer. */
const mostFunctions = 2;

/**
 * The functions that call a tokenizer when a function runs: itself, or those of the module that it calls. None if it calls no
 * tokenizer, or does what costs more.
 */
export function tokenizingFunctions(
  module: PythonModule,
  definition: Node,
  functions = mostFunctions,
): readonly Node[] {
  if (otherInput.test(definition.text)) return [];
  const calls = definition.descendantsOfType('call');
  module.spend(calls.length);
  const tokenizes = calls.some((call) => isTokenizing(module, call));
  if (functions === 0) return tokenizes ? [definition] : [];
  const helpers = calls.map((call) => {
    const callee = field(call, 'function');
    return callee === null ? [] : functionsOf(module, callee).filter(({ id }) => id !== definition.id);
  });
  if (helpers.flat().some(({ text }) => otherInput.test(text))) return [];
  if (tokenizes) return [definition];
  for (const each of helpers) {
    const found = each.map((helper) => tokenizingFunctions(module, helper, functions - 1));
    if (found.length > 0 && found.every(({ length }) => length > 0)) return found.flat();
  }
  return [];
}

/** True for a call of a tokenizer: something of the usual name, or what a tokenizer's class made. */
function isTokenizing(module: PythonModule, call: Node): boolean {
  const callee = field(call, 'function');
  if (callee === null) return false;
  const object = callee.type === 'attribute' ? field(callee, 'object') : null;
  const method = object === null ? '' : (field(callee, 'attribute')?.text ?? '');
  return isTokenizer(module, callee) || (encodes.test(method) && isTokenizer(module, object));
}

/**
 * True if the tokenizer that a mapped function is handed comes from another library: by `fn_kwargs={"tokenizer": words}` or
 * `partial(tokenize, tokenizer=words)`.
 */
export function getsOtherTokenizer(module: PythonModule, mapped: Node | null, options: Value | null): boolean {
  const entries = options?.kind === 'dict' ? options.entries : [];
  const handed = entries.flatMap(({ key, value }) => (usualName.test(toText(key) ?? '') ? [value] : []));
  const filled = (mapped?.type === 'call' ? argumentsOf(mapped) : []).flatMap((each) => {
    const name = each.type === 'keyword_argument' ? (field(each, 'name')?.text ?? '') : '';
    const value = field(each, 'value');
    return usualName.test(name) && value !== null ? [module.evaluate(value)] : [];
  });
  return [...handed, ...filled].some((value) => {
    const name = module.callOf(value)?.name ?? (value.kind === 'reference' ? value.name : null);
    return name !== null && isOther(name);
  });
}

/** True for what is certainly a tokenizer, by its class or its usual name. */
export function isTokenizer(module: PythonModule, node: Node | null): boolean {
  if (node === null) return false;
  const name = module.callOf(module.evaluate(node))?.name ?? null;
  if (name !== null && isLoader(name)) return true;
  return usualName.test(node.text) && !ofWords.test(node.text) && (name === null || !isOther(name));
}
