import {
  promptEnergyRange,
  publishedPromptEnergies,
  shortAnswerEnergyRange,
  shortAnswerTokens,
} from '../../data/prompt-energy';
import { counted, grouped, toDigits } from '../../present/words';
import type { Node } from '../../python/parser';
import type { PythonModule } from '../../python/module';
import { noneValue, toInteger, truth } from '../../python/values';
import { defineRule } from '../engine/define';
import { together } from '../engine/query';
import { dataLoopsAround, isConversation, isOverRest, isSometimes, type DataLoop } from '../libraries/data-loops';
import { isChain } from '../libraries/loop-flow';
import { measuresTime } from '../libraries/measured-time';
import { mayLookThingsUp } from '../libraries/grounding';
import { goesToProvider } from '../libraries/hosted-servers';
import { embedsOne, hostedCalls, type HostedCall } from '../libraries/hosted-models';

export const hostedCallsInLoop = defineRule({
  id: 'hosted-calls-in-loop',
  practice: null,
  severity: 'information',
  summary: 'A hosted model that is asked about the items of a data set one by one.',
  details: `A loop, comprehension, \`apply\` or \`map\` over a data set that sends one request for each item: a data frame, a data set of Hugging Face, a file, or more than 20 known items. Calls through helper functions, threads and pools count too, and each loop that calls the same helper. The model of Amazon Bedrock may be an argument of the helper: its callers in the file say which it is. Parts of a text that is split are a data set as well. The clients of OpenAI, Anthropic, Google, Mistral, Cohere, Voyage AI, LiteLLM and Amazon Bedrock are known, the chat models of LangChain, and plain requests to the addresses of OpenAI, Anthropic and Mistral.
A loop over what an earlier run has not done (\`[text for text in texts if text not in done]\`) is a hint.
Options and parameters that limit the data count with their defaults: \`data[: args.limit]\` is all of it if the limit is \`None\`, and a few if it is 20 or less.
Not reported: loops that can end early, loops over what an earlier run missed (\`for text in missing\`), prompts that depend on the answer before, streams, tools, models that look things up (Google Search, a retrieval tool; another model in the same file is reported), models of Bedrock that are imported or provisioned (which have no batch inference), clients with the address of another server (\`base_url\`, \`azure_endpoint\`, \`openai.api_base\`, \`OPENAI_BASE_URL\`; also in settings that a function unpacks) than that of a provider that is known to have a batch interface at half the price (OpenAI, Azure OpenAI, Google, Groq, Together, DashScope, Zhipu, Fireworks), embedding models that take one text per request (Gemini's at Vertex AI), loops and functions that measure latency or add up the time of answers, and files that use a batch interface.`,
  why: `Embedding interfaces take a list of texts, and run them through the model together. Batch interfaces answer within a day, at half the price: the provider runs them when its machines have room. None of them publishes how much energy that saves. A prompt that is answered from a cache needs none.
The longer the answer, the more energy a prompt takes, and published figures are far apart (the last two are for long answers, and are left out where \`max_tokens\` is ${shortAnswerTokens} or less): ${publishedPromptEnergies.map(({ what, wattHours, source, url }) => `${wattHours} Wh for ${what} ([${source}](${url}))`).join('; ')}.`,
  remedy:
    'Embed texts by list: `client.embeddings.create(model=model, input=texts[i : i + 1000])`. Send prompts that nobody waits for to the batch interface, keep answers by prompt (`diskcache`, `functools.cache`) so that a second run asks for nothing twice, and try the smallest model first.',
  nonCompliant: [
    {
      code: `import pandas as pd
from openai import OpenAI

client = OpenAI()
reviews = pd.read_csv("reviews.csv")

def embed(text):
    return client.embeddings.create(model="text-embedding-3-small", input=text).data[0].embedding

reviews["embedding"] = reviews["text"].apply(embed)
`,
      severity: 'information',
      estimate: { calls: null },
    },
    {
      code: `import anthropic
from datasets import load_dataset

client = anthropic.Anthropic()
labels = []
for review in load_dataset("imdb", split="test[:1000]"):
    prompt = [{"role": "user", "content": review["text"]}]
    labels.append(client.messages.create(model="claude-haiku-4-5", max_tokens=5, messages=prompt))
`,
      severity: 'information',
    },
  ],
  compliant: [
    `import pandas as pd
from openai import OpenAI

client = OpenAI()
reviews = pd.read_csv("reviews.csv")
for start in range(0, len(reviews), 1000):
    texts = reviews["text"][start : start + 1000].tolist()
    vectors.extend(client.embeddings.create(model="text-embedding-3-small", input=texts).data)
`,
    `from openai import OpenAI

client = OpenAI()
for question in ["Why?", "Who?"]:
    print(client.responses.create(model="gpt-5-mini", input=question).output_text)
`,
  ],
  messages: {
    embeddings: ({ calls, texts, most: limit }: Embeddings) =>
      `This embeds one text per request${calls === null ? '' : `: ${grouped(calls)} requests`}. ${texts} takes a list${limit === null ? '' : ` of up to ${grouped(limit)} texts`}, which the model embeds together.`,
    prompts: ({ calls, batches, isKept, isShort }: Prompts) =>
      `This sends one prompt for each item${calls === null ? '' : `: ${grouped(calls)} prompts, ${energy(calls, isShort)} by published figures`}. If nobody waits for the answers, ${batches} ${severalThings.test(batches) ? 'take' : 'takes'} them at half the price${isKept ? '' : '; a cache by prompt spares those that were asked before'}.`,
  },
  unless:
    /\bbatches\.create\b|\.batch\.jobs\b|\bcreate_batch\b|\bbatch_completion\b|\bBatchPredictionJob\b|\bcreate_model_invocation_job\b/,
}).on(together(hostedCalls), function* (all, { module }) {
  const loops = new Map<string, Asked[]>();
  for (const hosted of all) {
    const { call, isEmbedding, batches } = hosted;
    if (!isEmbedding && batches === null) continue;
    for (const loop of dataLoopsAround(module, call.node, mostHelpers)) {
      if (isEmbedding && !embedsOne(module, hosted, loop.through[1] ?? null)) continue;
      if (isSometimes(module, loop)) continue;
      const around = [...textsAround(module, loop)];
      if (around.some((text) => measuresTime(text))) continue;
      if (!isEmbedding && (!isIndependent(module, hosted, around) || isSequence(module, loop, call.node))) continue;
      const key = `${loop.node.id} ${isEmbedding}`;
      loops.set(key, [...(loops.get(key) ?? []), { hosted, loop }]);
    }
  }
  for (const [{ hosted, loop }, ...others] of loops.values() as Iterable<readonly [Asked, ...Asked[]]>) {
    // Which of several requests a round sends is not known.
    const calls = others.length === 0 ? loop.rounds : null;
    const { isEmbedding, texts, most: limit, batches } = hosted;
    yield {
      node: loop.node,
      end: loop.iterable ?? undefined,
      ...(isOverRest(module, loop) ? { severity: 'hint' as const } : {}),
      ...(isEmbedding
        ? { message: 'embeddings' as const, data: { calls, texts, most: limit } }
        : {
            message: 'prompts' as const,
            data: {
              calls,
              batches: (batches ?? '').replace(/`/g, ''),
              isKept: keeps.test(module.text),
              isShort: answersShortly(hosted),
            },
          }),
      headline: calls === null ? null : counted(calls, 'request'),
      wayOut: calls === null ? null : isEmbedding ? 'few with lists of texts' : 'half the price in a batch',
      estimate: { calls },
    };
  }
});

/** True if what a round asks depends on the answers before. */
const isSequence = (module: PythonModule, loop: DataLoop, call: Node): boolean =>
  isConversation(module, loop, call) || isChain(module, loop.node, loop.call);

interface Asked {
  readonly hosted: HostedCall;
  readonly loop: DataLoop;
}

interface Embeddings {
  readonly calls: number | null;
  readonly texts: string;
  readonly most: number | null;
}

interface Prompts {
  readonly calls: number | null;
  readonly batches: string;
  /** True if the file already caches answers, or resumes an earlier run. */
  readonly isKept: boolean;
  /** True if the answers can only be short. */
  readonly isShort: boolean;
}

/** What shows that a file asks nothing twice; `use_cache` and caches of models are no such sign. */
const keeps =
  /\b(?:lru_cache|functools\.cache|diskcache|joblib\.Memory|set_llm_cache)\b|\b(?:response|result|answer|prompt|llm|gpt|api|disk|load|read|save|write|get|judge|translation|embedding)s?_cache\b|\bcache(?:_hit|_key|_path|_file|\[|\.get\()|\bresum(?:e|es|ed|ing)\b|\balready[ _](?:done|processed|exist\w{0,3}|asked|judged|scored|in)\b|\b(?:done|seen|existing|processed|completed|finished)_(?:ids?|keys?|rows|prompts|questions|items)\b/i;

/** `batch jobs (…)`, `Message Batches (…)` */
const severalThings = /\b(?:jobs|Batches)(?: \(|$)/;

/** The arguments that limit an answer, of all providers. */
const tokenLimits: readonly string[] = ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'max_new_tokens'];
const writtenLimit = /\bmax_(?:output_|completion_)?tokens["']?\s{0,3}[=:]\s{0,3}(\d{1,7})\b/;

function answersShortly({ call, args }: HostedCall): boolean {
  const given = tokenLimits.map((name) => args.value(name)).find((value) => value !== null) ?? null;
  const limit = given === null ? Number(writtenLimit.exec(call.node.text)?.[1] ?? Infinity) : toInteger(given);
  return limit !== null && limit <= shortAnswerTokens;
}

/** The energy of so many prompts, from the smallest to the largest published figure that fits them. */
function energy(prompts: number, isShort: boolean): string {
  const { least, most } = isShort ? shortAnswerEnergyRange : promptEnergyRange;
  const [low, high] = [prompts * least, prompts * most];
  const inKilo = high >= 1000;
  const shown = (wattHours: number): string => toDigits(inKilo ? wattHours / 1000 : wattHours, 2);
  return `${shown(low)} to ${shown(high)} ${inKilo ? 'kWh' : 'Wh'}`;
}

/** Requests are often wrapped once more than other calls: by what tries again after an error. */
const mostHelpers = 3;

const streamsOrActs =
  /\bstream["']? {0,3}[=:]|(?<!\bif )(?<!\bif not )\b(?:tools|functions)["']? {0,3}[=:](?! {0,3}None\b)/;

/** The functions and classes that a request and the loop around it are in; the whole text for what is in none. */
function* textsAround(module: PythonModule, { node, through }: DataLoop): Generator<string> {
  const places = [node, ...through].map((each) => module.place(each)?.scopes.at(-2) ?? module.root);
  for (const place of new Set(places)) yield place.id === module.root.id ? module.text : place.text;
}

/** True for a prompt that could wait: not a stream that someone reads, no tools of an agent, no server of one's own. */
const isIndependent = (module: PythonModule, hosted: HostedCall, around: readonly string[]): boolean => {
  const { call, args } = hosted;
  return (
    goesToProvider(module, call) &&
    !mayLookThingsUp(module, hosted) &&
    // What a helper hands on (`**given`) is written at its callers.
    (args.complete || !around.some((text) => streamsOrActs.test(text))) &&
    truth(args.get('stream')?.value ?? noneValue) === false &&
    args.get('tools') === null &&
    args.get('functions') === null &&
    args.get('previous_response_id') === null
  );
};
