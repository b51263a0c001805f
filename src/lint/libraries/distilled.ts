import type { Call, PythonModule } from '../../python/module';
import { signature, type Signature } from '../../python/signatures';
import { toText, type Value } from '../../python/values';
import { lastName, query, type Query } from '../engine/query';

/** A model and its distilled version. */
export interface DistilledModel {
  readonly name: string;
  readonly smaller: string;
  /** Parameters of both in millions, by their model cards or papers. */
  readonly millions: readonly [number, number];
  /** True if it can only fill in masks or continue a text until it is fine-tuned. */
  readonly isBase: boolean;
}

const base = (name: string, smaller: string, ...millions: readonly [number, number]): DistilledModel => ({
  name,
  smaller,
  millions,
  isBase: true,
});
const ready = (name: string, smaller: string, ...millions: readonly [number, number]): DistilledModel => ({
  name,
  smaller,
  millions,
  isBase: false,
});

export const distilledModels: readonly DistilledModel[] = [
  base('bert-base-uncased', 'distilbert-base-uncased', 110, 66),
  base('bert-base-cased', 'distilbert-base-cased', 109, 66),
  base('bert-base-multilingual-cased', 'distilbert-base-multilingual-cased', 177, 134),
  base('roberta-base', 'distilroberta-base', 125, 82),
  base('gpt2', 'distilgpt2', 124, 82),
  ready('bert-large-uncased-whole-word-masking-finetuned-squad', 'distilbert-base-uncased-distilled-squad', 336, 66),
  ready('bert-large-cased-whole-word-masking-finetuned-squad', 'distilbert-base-cased-distilled-squad', 336, 66),
  ready('facebook/bart-large-cnn', 'sshleifer/distilbart-cnn-12-6', 406, 306),
  ready('facebook/bart-large-xsum', 'sshleifer/distilbart-xsum-12-6', 406, 306),
  ready('openai/whisper-large-v2', 'distil-whisper/distil-large-v2', 1550, 756),
  ready('openai/whisper-large-v3', 'distil-whisper/distil-large-v3', 1550, 756),
  ready('openai/whisper-medium.en', 'distil-whisper/distil-medium.en', 769, 394),
  ready('openai/whisper-small.en', 'distil-whisper/distil-small.en', 244, 166),
  ready('facebook/nllb-200-3.3b', 'facebook/nllb-200-distilled-600M', 3300, 600),
  ready('all-mpnet-base-v2', 'all-MiniLM-L6-v2', 109, 23),
  ready('multi-qa-mpnet-base-dot-v1', 'multi-qa-MiniLM-L6-cos-v1', 109, 23),
];

/** What names of distilled models, and of distillation in code, have in common. */
export const distilledNames: readonly string[] = [
  'distil(?:bert|roberta|gpt2|-whisper)',
  'MiniLM',
  'TinyBERT',
  'KnowledgeDistillation',
  'distillation_loss',
];

const byName = new Map(distilledModels.map((model) => [model.name, model]));
/** What a text must hold to name one of the models. Most modules do not. */
export const namesDistilledModel = new RegExp(
  distilledModels.map(({ name }) => name.replace(/\./g, '\\.')).join('|'),
  'i',
);
/** Accounts of models that used to have none in their names. */
const accounts = /^(?:google-bert|openai-community|facebookai|sentence-transformers)\//;

const pipelines: readonly string[] = ['transformers.pipeline', 'transformers.pipelines.pipeline'];
const sentences: readonly string[] = [
  'sentence_transformers.SentenceTransformer',
  'sentence_transformers.SentenceTransformer.SentenceTransformer',
];
/** Wrappers of these in LangChain and LlamaIndex, as they are imported in their versions of 2023 to 2026. */
const wrappers: readonly string[] = [
  'langchain_huggingface.HuggingFaceEmbeddings',
  'langchain_community.embeddings.HuggingFaceEmbeddings',
  'langchain.embeddings.HuggingFaceEmbeddings',
  'llama_index.embeddings.huggingface.HuggingFaceEmbedding',
  'llama_index.embeddings.HuggingFaceEmbedding',
];

/** What loads a model, with its first parameters and the one that names the model. */
interface Loader {
  readonly parameters: Signature;
  readonly model: string;
}

const loadersOf = (
  names: readonly string[],
  parameters: string,
  model: string,
): readonly (readonly [string, Loader])[] => names.map((name) => [name, { parameters: signature(parameters), model }]);

/** By the documentation of transformers 5.23 and sentence-transformers 5. */
const loaders: ReadonlyMap<string, Loader> = new Map([
  ...loadersOf(pipelines, 'task, model', 'model'),
  ...loadersOf(sentences, 'model_name_or_path', 'model_name_or_path'),
  ...loadersOf(wrappers, 'model_name', 'model_name'),
]);
const pretrainedParameters = signature('pretrained_model_name_or_path');

/** A place that loads a model for which there is a distilled version. */
interface LargeModelUse {
  readonly call: Call;
  readonly model: DistilledModel;
  /** True for `pipeline`, which only predicts; the others may be trained as well. */
  readonly isPipeline: boolean;
}

export const largeModelUses: Query<LargeModelUse> = query(
  {
    packages: [
      'transformers',
      'sentence_transformers',
      'langchain',
      'langchain_huggingface',
      'langchain_community',
      'llama_index',
    ],
    apis: [...loaders.keys()],
    methods: ['from_pretrained'],
  },
  function* (module) {
    for (const call of module.calls([...new Set([...loaders.keys()].map(lastName)), 'from_pretrained'])) {
      const name = call.name ?? '';
      const isPipeline = pipelines.includes(name);
      const loader = loaders.get(name);
      const model =
        loader === undefined
          ? loadedModel(module, call)
          : distilled(module.bind(call, loader.parameters).value(loader.model));
      if (model !== null) yield { call, model, isPipeline };
    }
  },
);

function loadedModel(module: PythonModule, call: Call): DistilledModel | null {
  const loaded = /^transformers\.(\w+)\.from_pretrained$/.exec(call.name ?? '')?.[1];
  if (loaded === undefined || !/Model|For[A-Z]/.test(loaded)) return null;
  const model = distilled(module.bind(call, pretrainedParameters).value('pretrained_model_name_or_path'));
  // With a new head, a base model must be trained somewhere before it can predict.
  const needsTraining =
    model?.isBase === true &&
    /For(?:Sequence|Token|Image)Classification|ForQuestionAnswering|ForMultipleChoice/.test(loaded);
  return needsTraining ? null : model;
}

function distilled(value: Value | null): DistilledModel | null {
  const name = value === null ? null : toText(value);
  return name === null ? null : (byName.get(name.toLowerCase().replace(accounts, '')) ?? null);
}
