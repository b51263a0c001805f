import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { returnedExpressions } from '../../python/returns';
import { argumentsOf } from '../../python/signatures';
import { field, isField, partsOf } from '../../python/syntax';
import { toText } from '../../python/values';
import { assignmentsTo } from '../engine/assigned';

/** A server of one's own: not the ports of Elasticsearch, Qdrant, Milvus, Redis, PostgreSQL, MySQL and MongoDB. */
const ownServer =
  /\bbase_url\b["']?\s{0,3}[=:](?!\s{0,3}f?["']https:\/\/(?:www\.|raw\.)?github)|\b(?:(?:openai_)?api_base|azure_deployment_url|azure_endpoint)\b|(?:localhost|127\.0\.0\.1)(?!:(?:9200|633[34]|19530|6379|5432|3306|27017)\b)/;

/** Sets the server of all clients. */
const serverOfAll = /\bOPENAI_(?:BASE_URL|API_BASE)\b|\bopenai\.(?:base_url|api_base)\s{0,9}=/;

/** Providers with a batch interface at half the price, by the address that a client of OpenAI is given. */
const withBatches =
  /https:\/\/(?:api\.openai\.com|[\w.{}-]{1,80}\.(?:openai|cognitiveservices|services\.ai)\.azure\.com|generativelanguage\.googleapis\.com|api\.groq\.com|api\.together\.(?:xyz|ai)|dashscope(?:-intl)?\.aliyuncs\.com|open\.bigmodel\.cn|api\.fireworks\.ai)\b/;

/** The address of a server, other than one that the reader of a lesson fills in. */
const written = /^https?:\/\/(?!.{0,60}(?:your|example|x{3}|<))[\w-]{1,80}[.:][\w-]/i;

/** Arguments for the address of a server. */
const address = /base|endpoint|url|host/i;

/** What lies between a client and its methods. */
const parts = /^(?:chat|completions|responses|messages|embeddings|beta|aio|models|with_raw_response|batch)$/;

const ofAzure = /\bapi_type\b|AzureOpenAI\b/;

/** Where a request goes: to a provider, as far as the code tells, or maybe to a server of one's own. */
export function goesToProvider(module: PythonModule, call: Call): boolean {
  const { text } = module;
  if (setsAnotherServer(module)) return false;
  if (!ownServer.test(text)) return true;
  const isAzure = ofAzure.test(text);
  if (!isAzure && serverOfAll.test(text)) return false;
  // Of several clients each has a server of its own.
  const makers = makersOfClient(module, call);
  if (isAzure) return makers.every((maker) => maker === null || !goesElsewhere(module, maker));
  return makers.length > 0 && makers.every((maker) => maker !== null && isOfProvider(module, maker));
}

/** True if the server of all clients is another one: `openai.api_base = "https://llm.uni-freiburg.de/v1"`, or the same in the environment. */
function setsAnotherServer(module: PythonModule): boolean {
  const set = ['api_base', 'base_url'].flatMap((name) =>
    module.identifiers(name).flatMap(({ parent: target }) => {
      const assignment = target?.text === `openai.${name}` ? target.parent : null;
      return target && assignment?.type === 'assignment' && isField(assignment, 'left', target)
        ? (field(assignment, 'right') ?? [])
        : [];
    }),
  );
  return (
    set.some((value) => isElsewhere(toText(module.evaluate(value)) ?? '')) ||
    isElsewhere(inEnvironment.exec(module.text)?.[1] ?? '')
  );
}

const inEnvironment =
  /^[^#\n]{0,80}\bOPENAI_(?:BASE_URL|API_BASE)["'] {0,3}(?:\] {0,3}=|,) {0,3}["']([^"'\n]{1,200})["']/m;

const isElsewhere = (text: string): boolean => written.test(text) && !withBatches.test(text);

/** `self.client` of `self.client.chat.completions`. */
function clientOf({ receiver }: Call): Node | null {
  let client = receiver;
  while (client?.type === 'attribute' && parts.test(field(client, 'attribute')?.text ?? ''))
    client = field(client, 'object');
  return client;
}

/** The calls that may have made what a request is asked of; null for each of which that is not known. */
export const makersOfClient = (module: PythonModule, call: Call): readonly (Node | null)[] =>
  makersOf(module, clientOf(call));

function makersOf(module: PythonModule, client: Node | null): readonly (Node | null)[] {
  if (client === null) return [null];
  if (client.type === 'call') return [client];
  const made = module.callOf(module.evaluate(client));
  if (made !== null) return [made.node];
  const name = client.type === 'attribute' ? (field(client, 'attribute')?.text ?? '') : client.text;
  return module.identifiers(name).flatMap((identifier) => {
    const target = client.type === 'attribute' ? identifier.parent : identifier;
    const assignment = target?.text === client.text ? target.parent : null;
    if (assignment?.type !== 'assignment' || field(assignment, 'left')?.id !== target?.id) return [];
    const value = field(assignment, 'right');
    return [value?.type === 'call' ? value : null];
  });
}

/** So many functions are followed from a client to what makes it. */
const mostFunctions = 3;

/** True if what makes a client gives no other address than one of a provider with batches. */
function isOfProvider(module: PythonModule, maker: Node, functions = mostFunctions): boolean {
  const callee = field(maker, 'function');
  const made = callee === null ? null : module.evaluate(callee);
  if (made?.kind === 'definition' && made.node.type === 'function_definition' && functions > 0) {
    // One of several clients that a function may make is enough: which of them, an option says.
    const clients = returnedExpressions(made.node).map((each) => makersOf(module, each));
    const isKnown = (each: Node | null): boolean => each === null || isOfProvider(module, each, functions - 1);
    return clients.length === 0 || clients.some((makers) => makers.every(isKnown));
  }
  return argumentsOf(maker).every((given) => {
    if (given.type === 'list_splat') return false;
    if (given.type === 'dictionary_splat') return givesNoAddress(module, partsOf(given)[0]);
    return !address.test(field(given, 'name')?.text ?? '') || isOfBatches(module, field(given, 'value'));
  });
}

/** True if an address is certainly one of a provider with batches. */
function isOfBatches(module: PythonModule, value: Node | null): boolean {
  const texts =
    value?.type === 'identifier' ? assignmentsTo(module, value.text).map((each) => each.value?.text) : [value?.text];
  return texts.length > 0 && texts.every((each) => withBatches.test(each ?? ''));
}

/** True for settings that are unpacked, and that the module writes without an address. */
function givesNoAddress(module: PythonModule, settings: Node | undefined): boolean {
  if (settings?.type !== 'identifier') return false;
  const given = assignmentsTo(module, settings.text);
  return (
    given.length > 0 &&
    given.every(({ value }) => /^(?:\{|dict\()/.test(value?.text ?? '') && !address.test(value?.text ?? '')) &&
    !['"', "'"].some((quote) => module.text.includes(`${settings.text}[${quote}base_url${quote}]`))
  );
}

/** True if what makes a client certainly gives the address of another server, also one that is not Azure's. */
const goesElsewhere = (module: PythonModule, maker: Node): boolean =>
  argumentsOf(maker).some((given) => {
    const value = address.test(field(given, 'name')?.text ?? '') ? field(given, 'value') : null;
    return value !== null && isElsewhere(toText(module.evaluate(value)) ?? '');
  });
