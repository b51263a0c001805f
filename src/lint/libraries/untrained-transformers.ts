import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf, signature } from '../../python/signatures';
import { field } from '../../python/syntax';
import { called, methodCalls, query, type Query } from '../engine/query';

const fromConfig = methodCalls(['from_config'], {
  clues: [{ packages: ['transformers'], imported: true, groups: [called(['from_config'])], where: null }],
});

/** A model whose weights are what others start from later. */
const pretrains = /ForPreTraining$/;

/** A class that takes a configuration and makes a model for a task: `GPT2LMHeadModel(config)`. */
const modelClass =
  /\b([A-Z][A-Za-z0-9]{1,60}(?:Model|For[A-Z][A-Za-z0-9]{1,60}))\s{0,9}\(\s{0,20}(?:config\s{0,9}=\s{0,9})?\w/g;
const importsTransformers = /^[ \t]*(?:from|import)[ \t]+transformers\b/m;

/** A model of Hugging Face that is built with random weights, though weights of that architecture exist. */
interface UntrainedTransformer {
  readonly call: Call;
  /** Its class: `AutoModelForMaskedLM`. */
  readonly model: string;
}

/** The models that `AutoModel….from_config` (transformers 5.23) makes, where their architecture is certainly a known one. */
export const untrainedTransformers: Query<UntrainedTransformer> = query(fromConfig, function* (module) {
  for (const call of fromConfig.find(module)) {
    const model = /^transformers\.(AutoModel\w*)\.from_config$/.exec(call.name ?? '')?.[1];
    if (model === undefined || pretrains.test(model) || hasEmptyWeights(module, call)) continue;
    if (!alsoPretrained(module, model) && isKnownArchitecture(module, call)) yield { call, model };
  }
});

/** The models that `GPT2LMHeadModel(GPT2Config())` makes: as above, but a name that the module does not bind is not enough. */
export const untrainedTransformersOfClass: Query<UntrainedTransformer> = query(
  {
    packages: ['transformers'],
    clues: [{ packages: ['transformers'], imported: true, groups: [], where: makesModel }],
  },
  function* (module) {
    if (!makesModel(module.text)) return;
    const names = new Set([...module.text.matchAll(modelClass)].map(([, name = '']) => name));
    for (const call of [...names].flatMap((name) => module.callsOfOwn(name))) {
      const model = /^transformers\.([A-Z]\w*)$/.exec(call.name ?? '')?.[1];
      if (
        model === undefined ||
        /^(?:AutoModel|TF|Flax)/.test(model) ||
        pretrains.test(model) ||
        hasEmptyWeights(module, call)
      )
        continue;
      const config = configOf(call);
      if (config === null || makerOf(module, config) === null || alsoPretrained(module, model)) continue;
      if (isKnownArchitecture(module, call)) yield { call, model };
    }
  },
);

/** True for a text that may make such a model. A model for words of a tokenizer of one's own has no weights. */
function makesModel(text: string): boolean {
  return importsTransformers.test(text) && text.search(modelClass) !== -1 && !ownTokenizer.test(text);
}

const ownTokenizer = /\btrain_(?:new_)?from_iterator\b|\b(?:from|import)[ \t]+tokenizers\b/;

/** The configuration that a model is made from, as it is written. */
function configOf(call: Call): Node | null {
  const given = argumentsOf(call.node)[0];
  return (given?.type === 'keyword_argument' ? field(given, 'value') : given) ?? null;
}

/** The call that makes a configuration; null if it is not known. */
const makerOf = (module: PythonModule, config: Node): Call | null => module.callOf(module.evaluate(config));

/** True if the module also loads the same class with weights: whoever runs it can choose. */
function alsoPretrained(module: PythonModule, model: string): boolean {
  return new RegExp(`\\b${model}\\.from_pretrained\\s*\\(`).test(module.text);
}

/** Arguments that give a model a size for which there are no weights. */
const sizes =
  /^(?:\w*hidden_(?:size|dim)|hidden_sizes|num_\w*(?:layers|heads|experts)|n_(?:layer|head|embd|inner|ctx|positions)s?|n_layers|n_heads|d_(?:model|ff|kv|head|inner)|dim|\w*ffn_dim|intermediate_size|vocab_size|depths?|width\w*|embed\w*|\w*_layers|\w*_attention_heads|max_position_embeddings|patch_size|image_size|num_channels|head_dim)$/;

/**
 * True if a configuration is that of a model that has weights: it comes with one, or it is a class's own default, and nothing
 * changes its size. A configuration from a file or from a caller may have any size.
 */
function isKnownArchitecture(module: PythonModule, call: Call): boolean {
  const node = configOf(call);
  if (node === null) return false;
  const made = makerOf(module, node);
  if (made === null) return node.type === 'identifier' && !isBound(module, node);
  if (!/^transformers\.\w*Config(?:\.from_pretrained)?$/.test(made.name ?? '')) return false;
  const args = module.bind(made, signature('name'));
  if (!args.complete || args.names().some((name) => sizes.test(name))) return false;
  return node.type !== 'identifier' || !module.identifiers(node.text).some((use) => isResized(use));
}

/** True if the module gives a name its value, or a caller does. */
const isBound = (module: PythonModule, name: Node): boolean =>
  (module.place(name)?.scopes ?? []).some(
    (scope) =>
      module.evaluator.names.isParameter(scope, name.text) ||
      module.evaluator.names.bindingsIn(scope, name.text).length > 0,
  );

/** `config.num_hidden_layers = 2`, `config.update({…})` */
function isResized(use: Node): boolean {
  const attribute = use.parent;
  if (attribute?.type !== 'attribute' || field(attribute, 'object')?.id !== use.id) return false;
  const name = field(attribute, 'attribute')?.text ?? '';
  const { parent } = attribute;
  return (
    name === 'update' ||
    (sizes.test(name) &&
      parent !== null &&
      /assignment$/.test(parent.type) &&
      field(parent, 'left')?.id === attribute.id)
  );
}

/** `with init_empty_weights():` makes a model without memory, which gets its weights later. */
function hasEmptyWeights(module: PythonModule, call: Call): boolean {
  return (module.place(call.node)?.ancestors ?? []).some((ancestor) => {
    if (ancestor.type !== 'with_statement') return false;
    const body = field(ancestor, 'body');
    return (
      /empty_weights|meta|no_init/.test(module.text.slice(ancestor.startIndex, body?.startIndex)) ||
      argumentsOf(call.node).length === 0
    );
  });
}
