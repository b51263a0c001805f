import { holds } from '../../python/kept-searches';
import type { Call, PythonModule } from '../../python/module';
import { signature, type BoundArguments } from '../../python/signatures';
import type { Node } from '../../python/parser';
import { isScope, partsOf } from '../../python/syntax';
import { originOf } from '../engine/origin';
import { called, query, type Query } from '../engine/query';

/** A provider's client, as its package offers it. */
interface Provider {
  /** The package that it is imported from. */
  readonly imported: RegExp;
  /** What makes a client, or asks without one: a client from elsewhere may ask a server of one's own. */
  readonly makes: RegExp;
  /** How its qualified names begin. */
  readonly prefixes: readonly string[];
  /** What asks a model, as the end of what is called. */
  readonly prompts: RegExp | null;
  /** What embeds texts, and the argument or method that takes a list of them. */
  readonly embeds: RegExp | null;
  readonly texts: string;
  /** True if each request embeds one text, as the method's name says. */
  readonly embedsOne?: true;
  /** The name of the batch interface: half the price, results within a day. Null if there is none. */
  readonly batches: string | null;
  /** So many texts fit into one request; null if the provider does not say. */
  readonly most: number | null;
}

/** Read in openai 3.57, anthropic 2.14, google-genai 3.6, mistralai 3.7, cohere 7.3 and litellm 1.110. */
const providers: readonly Provider[] = [
  {
    imported: /(?:^|;)[ \t]{0,99}(?:from[ \t]{1,9}|import[ \t](?:[^\n;#]{0,200}[ \t,])?)openai\b/m,
    makes: /\bOpenAI\s*\(|\bopenai\.(?:\w*[cC]ompletions?|[eE]mbeddings?|chat|responses|api_key)\b/,
    prefixes: ['openai.'],
    prompts:
      /(?:\b(?:chat\.)?completions\.(?:create|parse)|\bresponses\.(?:create|parse)|\b(?:Chat)?Completion\.a?create)$/,
    embeds: /(?:\bembeddings\.create|\bEmbedding\.a?create)$/,
    texts: 'input',
    batches: 'the Batch API (`client.batches.create`)',
    most: 2048,
  },
  {
    imported: /(?:^|;)[ \t]{0,99}(?:from[ \t]{1,9}|import[ \t](?:[^\n;#]{0,200}[ \t,])?)anthropic\b/m,
    makes: /\bAnthropic\w*\s*\(/,
    prefixes: ['anthropic.'],
    prompts: /\bmessages\.(?:create|parse)$/,
    embeds: null,
    texts: '',
    batches: 'Message Batches (`client.messages.batches.create`)',
    most: null,
  },
  {
    imported:
      /(?:^|;)[ \t]{0,99}(?:from|import)[ \t]+(?:google\.(?:genai|generativeai)|vertexai)\b|\bfrom[ \t]+google[ \t]+import\b[^;=]{0,200}?\bgenai\b/m,
    makes: /\bgenai\.Client\s*\(|\bClient\s*\(|\bGenerativeModel\b/,
    prefixes: ['google.genai.', 'google.generativeai.', 'vertexai.'],
    prompts: /\bgenerate_content(?:_async)?$/,
    embeds: null,
    texts: '',
    batches: 'the batch mode of Gemini (`client.batches.create`)',
    most: null,
  },
  {
    imported: /(?:^|;)[ \t]{0,99}(?:from[ \t]{1,9}|import[ \t](?:[^\n;#]{0,200}[ \t,])?)mistralai\b/m,
    makes: /\bMistral(?:Client|AsyncClient|Azure|GoogleCloud)?\s*\(/,
    prefixes: ['mistralai.'],
    prompts: /\bchat\.(?:complete|complete_async|parse)$/,
    embeds: /\bembeddings\.create(?:_async)?$/,
    texts: 'inputs',
    batches: 'batch jobs (`client.batch.jobs.create`)',
    most: null,
  },
  {
    imported: /(?:^|;)[ \t]{0,99}(?:from[ \t]{1,9}|import[ \t](?:[^\n;#]{0,200}[ \t,])?)cohere\b/m,
    makes: /\b(?:Async)?Client(?:V2)?\s*\(/,
    prefixes: ['cohere.'],
    prompts: null,
    embeds: /\.embed$/,
    texts: 'texts',
    batches: null,
    most: 96,
  },
  {
    imported: /(?:^|;)[ \t]{0,99}(?:from[ \t]{1,9}|import[ \t](?:[^\n;#]{0,200}[ \t,])?)litellm\b/m,
    makes: /\blitellm\b/,
    prefixes: ['litellm.'],
    prompts: /^(?:litellm\.)?a?completion$/,
    embeds: /^(?:litellm\.)?a?embedding$/,
    texts: 'input',
    batches: 'the batch interface of the provider (`litellm.create_batch`)',
    most: null,
  },
  {
    imported: /(?:^|;)[ \t]{0,99}from[ \t]+llama_index\b[^;=\n]{0,200}?\bOpenAIEmbedding\b/m,
    makes: /\bOpenAIEmbedding\s*\(/,
    prefixes: ['llama_index.embeddings.openai.', 'llama_index.embeddings.'],
    prompts: null,
    embeds: /\.get_text_embedding$/,
    texts: 'get_text_embedding_batch',
    embedsOne: true,
    batches: null,
    most: null,
  },
  {
    imported: /(?:^|;)[ \t]{0,99}from[ \t]+langchain\w*\b[^;=\n]{0,200}?\bOpenAIEmbeddings\b/m,
    makes: /\bOpenAIEmbeddings\s*\(/,
    prefixes: ['langchain'],
    prompts: null,
    embeds: /\.embed_query$/,
    texts: 'embed_documents',
    embedsOne: true,
    batches: null,
    most: null,
  },
];

const words = [
  ...[
    'create',
    'acreate',
    'parse',
    'generate_content',
    'generate_content_async',
    'complete',
    'complete_async',
    'parse',
  ],
  ...[
    'create_async',
    'get_text_embedding',
    'embed_query',
    'embed',
    'completion',
    'acompletion',
    'embedding',
    'aembedding',
  ],
];
const packages = [
  'openai',
  'anthropic',
  'genai',
  'generativeai',
  'vertexai',
  'mistralai',
  'cohere',
  'litellm',
  'llama_index',
  'langchain',
];
const byName = signature('*');

/** A request to a model that runs at a provider. */
export interface HostedCall {
  readonly call: Call;
  readonly args: BoundArguments;
  readonly isEmbedding: boolean;
  /** True if it certainly embeds one text. */
  readonly isOne: boolean;
  /** For embeddings: the argument for the texts, and how many one request takes. */
  readonly texts: string;
  readonly most: number | null;
  readonly batches: string | null;
}

export const hostedCalls: Query<HostedCall> = query(
  {
    methods: words,
    clues: [{ packages, imported: false, groups: [called(words)], where: (text) => isImported(text) }],
  },
  function* (module) {
    const here = providers.filter((each) => isUsed(each, module.text));
    for (const call of here.length === 0 ? [] : module.calls(words)) {
      const target = call.callee.text.replace(/\s+/g, '');
      const provider = here.find(
        ({ prompts, embeds, prefixes }) =>
          (prompts?.test(target) === true || embeds?.test(target) === true) && mayBelong(module, call, prefixes),
      );
      if (provider === undefined) continue;
      const { texts, most, batches, embedsOne: isOne = false } = provider;
      const isEmbedding = provider.embeds?.test(target) === true;
      const isOld = /\bCompletion\.a?create$/.test(target);
      yield {
        call,
        args: module.bind(call, byName),
        isEmbedding,
        isOne,
        texts,
        most,
        // The SDK before version 1 has no batches.
        batches: isOld ? 'the Batch API of version 1 of the SDK' : batches,
      };
    }
  },
);

const isUsed = ({ imported, makes }: Provider, text: string): boolean => holds(text, imported) && holds(text, makes);
const isImported = (text: string): boolean => providers.some((provider) => isUsed(provider, text));

/** True unless the object is known to come from elsewhere. */
function mayBelong(module: PythonModule, { name, receiver }: Call, prefixes: readonly string[]): boolean {
  const origin = name ?? (receiver === null ? null : originOf(module, rootOf(receiver)));
  return origin === null || prefixes.some((prefix) => origin.startsWith(prefix));
}

/** `client` of `client.chat.completions`. */
function rootOf(receiver: Node): Node {
  let root = receiver;
  while (root.type === 'attribute') {
    const object = root.childForFieldName('object');
    if (object === null) break;
    root = object;
  }
  return root;
}

/** True if a request certainly embeds one text: a list of one, or only the first result is used. */
export function embedsOne({ call, args, texts, isOne }: HostedCall): boolean {
  if (isOne) return true;
  const given = args.get(texts)?.node;
  if (given?.type === 'list') return partsOf(given).length === 1 && partsOf(given)[0]?.type !== 'list_splat';
  if (given === undefined || given === null || /_comprehension$/.test(given.type)) return false;
  return firstOnly.test(aroundOf(call.node).text);
}

const firstOnly =
  /\bdata\s*\[\s*0\s*\]|\[\s*["']data["']\s*\]\s*\[\s*0\s*\]|\bembeddings\s*\[\s*0\s*\]|\[\s*["']embeddings["']\s*\]\s*\[\s*0\s*\]/;

/** The function or the statement around a call. */
function aroundOf(node: Node): Node {
  let around = node;
  for (let parent = node.parent; parent !== null && parent.type !== 'module'; parent = parent.parent) {
    around = parent;
    if (isScope(parent)) break;
  }
  return around;
}
