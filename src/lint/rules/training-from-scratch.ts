import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf, signature } from '../../python/signatures';
import { field } from '../../python/syntax';
import { defineRule, type Judgement } from '../engine/define';
import { untrainedKerasModels, untrainedTimmModels, untrainedTorchvisionModels } from '../libraries/pretrained';
import { called, methodCalls } from '../engine/query';
import { usesOf } from '../engine/uses';

const messages = {
  keras: ({ name }: NamedBackbone) =>
    `weights=None trains ${name} from random weights. weights="imagenet" with include_top=False and a head of your own starts from what it has learned already.`,
  torchvision: ({ name }: NamedBackbone) =>
    `Without weights, ${name} is trained from random ones. weights="DEFAULT" starts from what it has learned on ImageNet.`,
  timm: 'Without pretrained=True, this model is trained from random weights.',
  transformers: ({ name }: NamedBackbone) =>
    `from_config trains ${name} from random weights. from_pretrained starts from what it has learned already.`,
};

interface NamedBackbone {
  readonly name: string;
}

type ScratchModel = Judgement<typeof messages>;

/** Who trains on ImageNet itself has nothing to start from: what the weights have learned is that. */
const isImagenet =
  /\bImageNet\w*\s*\(|\b(?:load|load_dataset|create_dataset|builder)\s*\(\s*(?:name\s*=\s*)?["'][^"'\n]*imagenet|\bdefault\s*=\s*["']imagenet|["'][^"'\n]*[/\\]imagenet|["']imagenet[\w-]*[/\\]|\bimagenet_?(?:dir|path|root|train|folder|data)|ilsvrc/i;

/** Weights that come from elsewhere, unless they are an optimizer's. */
const loadsWeights =
  /\.(?<!(?:optim\w*|opt|sched\w*|scaler|amp)\.)load_state_dict\s*\(|\.(?:load_weights|set_weights|load_from_checkpoint)\s*\(|\bload_checkpoint\s*\(/;
const kerasTrains = /\.(?:fit|fit_generator|train_on_batch)\s*\(|\bGradientTape\b/;
const torchTrains = /\.backward\s*\(|\bTrainer\s*\(|\.fit\s*\(|\bdef training_step\b/;

const configured = methodCalls(['from_config'], {
  clues: [
    {
      packages: ['transformers'],
      imported: true,
      groups: [called(['from_config'])],
      where: (text) => text.includes('AutoModel') && torchTrains.test(text),
    },
  ],
});

export const trainingFromScratch = defineRule({
  id: 'training-from-scratch',
  practice: 7,
  severity: 'information',
  summary: 'A well-known architecture that is trained from random weights, although trained ones exist.',
  details: `Keras: \`keras.applications\` with \`weights=None\`. torchvision and timm, whose models start from random weights unless told otherwise, and \`AutoModel….from_config\` of Transformers, where the module trains.
Not reported: weights that are loaded afterwards, images of other than three channels, a changed first layer, ImageNet itself, models that are not trained here.`,
  why: `Trained weights speed up convergence, and training from random ones takes more iterations to the same accuracy, even where there is data enough for it
(He, Girshick and Dollár, *Rethinking ImageNet Pre-training*, ICCV 2019). With little data it does not get there at all. Start from pretrained models is practice 7.`,
  remedy: `\`weights="imagenet", include_top=False\` (Keras), \`weights="DEFAULT"\` (torchvision), \`pretrained=True\` (timm), \`from_pretrained\` (Transformers); train a new head first, then fine-tune.`,
  nonCompliant: [
    {
      code: `from tensorflow.keras.applications import ResNet50

model = ResNet50(weights=None, classes=10, input_shape=(224, 224, 3))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(train, epochs=5)
`,
      severity: 'information',
    },
    {
      code: `import torch
from torchvision import models

model = models.resnet18(num_classes=10)
for x, y in loader:
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
`,
      severity: 'information',
    },
    {
      code: `from transformers import AutoConfig, AutoModelForMaskedLM, Trainer

model = AutoModelForMaskedLM.from_config(AutoConfig.from_pretrained("roberta-base"))
trainer = Trainer(model=model, args=args, train_dataset=train)
trainer.train()
`,
      severity: 'information',
    },
  ],
  compliant: [
    `from keras.applications import ResNet50

model = ResNet50(weights="imagenet", include_top=False)
model.fit(train, epochs=5)
`,
    `from keras.applications import ResNet50

model = ResNet50(weights=None, classes=10)
model.load_weights("best.weights.h5")
model.fit(train, epochs=5)
`,
    `import torch
from torchvision import models

model = models.resnet18(weights="DEFAULT")
model(x).sum().backward()
`,
    `from torchvision import models

model = models.vgg16()
model.load_state_dict(torch.load("vgg16.pt"))
`,
  ],
  evidence: {
    item: 'fine-tuned',
    contradicts: true,
    one: 'model trained from random weights',
    several: 'models trained from random weights',
  },
  messages,
  unless: loadsWeights,
})
  .on(untrainedKerasModels, ({ call, name, channels }, { module }) => {
    if (isImagenet.test(module.text) || isOtherImage(channels) || isReplaced(module, call)) return null;
    const { methods, passedTo, escapes } = usesOf(module, call);
    // Only looked at, or timed, if nothing trains here.
    const isUsed = methods.length > 0 || passedTo.length > 0 || escapes;
    return isUsed && !kerasTrains.test(module.text) ? null : named(call, 'keras', name);
  })
  .on(untrainedTorchvisionModels, ({ call, name }, { module }) =>
    trainsImages(module) &&
    module.text.includes('torchvision') &&
    !/\.conv1\s*=|\.conv_stem\s*=/.test(module.text) &&
    !isReplaced(module, call)
      ? named(call, 'torchvision', name)
      : null,
  )
  .on(untrainedTimmModels, ({ call, channels }, { module }) =>
    trainsImages(module) && !isOtherImage(channels) && !isReplaced(module, call)
      ? { node: call.node, message: 'timm' }
      : null,
  )
  .on(configured, (call, { module }) => {
    const model = /^transformers\.(AutoModel\w*)\.from_config$/.exec(call.name ?? '')?.[1];
    if (model === undefined || !torchTrains.test(module.text) || hasEmptyWeights(module, call)) return null;
    if (alsoPretrained(module, model) || !isKnownArchitecture(module, call) || isReplaced(module, call)) return null;
    return named(call, 'transformers', model);
  });

const named = (call: Call, message: 'keras' | 'torchvision' | 'transformers', name: string | null): ScratchModel => ({
  node: call.node,
  message,
  data: { name: name ?? 'this model' },
});

/** Trained weights are of images of three channels. */
const isOtherImage = (channels: number | null): boolean => channels !== null && channels !== 3;

const trainsImages = (module: PythonModule): boolean => torchTrains.test(module.text) && !isImagenet.test(module.text);

/** True if the variable takes another model that has weights, in another branch or later: the one from scratch is a choice. */
function isReplaced(module: PythonModule, call: Call): boolean {
  const target = call.node.parent?.type === 'assignment' ? field(call.node.parent, 'left') : null;
  if (target === null) return false;
  const last = target.type === 'attribute' ? field(target, 'attribute') : target;
  return module.identifiers(last?.text ?? '').some((identifier) => {
    const other = target.type === 'attribute' ? identifier.parent : identifier;
    const assignment = other?.text === target.text ? other.parent : null;
    const value =
      assignment?.type === 'assignment' && assignment.id !== call.node.parent?.id ? field(assignment, 'right') : null;
    return value !== null && hasWeights.test(value.text);
  });
}

const hasWeights =
  /from_pretrained\s*\(|pretrained\s*=\s*(?!False|None|0\b)|weights\s*=\s*(?!None|False)|\btorch\.load\s*\(|\bload_model\s*\(|from_checkpoint\s*\(/;

/** True if the same class is also loaded with weights: from scratch is a choice of whoever runs the script. */
function alsoPretrained(module: PythonModule, model: string): boolean {
  return new RegExp(`\\b${model}\\.from_pretrained\\s*\\(`).test(module.text);
}

/** Arguments that give a model a size of its own, of which there are no weights. */
const sizes =
  /^(?:\w*hidden_(?:size|dim)|hidden_sizes|num_\w*(?:layers|heads|experts)|n_(?:layer|head|embd|inner|ctx|positions)s?|n_layers|n_heads|d_(?:model|ff|kv|head|inner)|dim|\w*ffn_dim|intermediate_size|vocab_size|depths?|width\w*|embed\w*|\w*_layers|\w*_attention_heads|max_position_embeddings|patch_size|image_size|num_channels|head_dim)$/;

/**
 * True if a configuration is that of a model that has weights: it comes with one, or is a class's own default, and nothing
 * changes its size. What is read from a file or given by somebody else may be of any size.
 */
function isKnownArchitecture(module: PythonModule, call: Call): boolean {
  const given = argumentsOf(call.node)[0];
  const node = given?.type === 'keyword_argument' ? field(given, 'value') : given;
  const made = node ? module.callOf(module.evaluate(node)) : null;
  if (node === null || node === undefined) return false;
  if (made === null) return node.type === 'identifier' && !isBound(module, node);
  if (!/^transformers\.\w*Config(?:\.from_pretrained)?$/.test(made.name ?? '')) return false;
  const args = module.bind(made, signature('name'));
  if (!args.complete || args.names().some((name) => sizes.test(name))) return false;
  return node.type !== 'identifier' || !module.identifiers(node.text).some((use) => isResized(use));
}

/** True if the module itself gives a name its value, or a caller does. */
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

/** `with init_empty_weights():` makes a model without memory, to be filled later. */
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
