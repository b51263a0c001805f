import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf, type BoundArguments } from '../../python/signatures';
import { field, isField } from '../../python/syntax';
import { toInteger, toText } from '../../python/values';
import { grouped, large } from '../../present/words';
import { defineRule, type Judgement, type RuleContext } from '../engine/define';
import { mayKnowArguments } from '../engine/known-arguments';
import { once } from '../engine/once';
import { narrowed } from '../engine/query';
import { isOfSmallData } from '../libraries/made-up-data';
import { holdsInCode } from '../../python/comments';
import { isOnlyShown } from '../libraries/only-shown';
import { kerasModels, type KerasModel, type PlacedLayer } from '../libraries/keras/graph';
import { LayerArguments } from '../libraries/keras/layer-args';
import { denseLayer, flattenLayer } from '../libraries/keras/layers';
import { knownVocabularies, linear, linearLayers, linearParameters } from '../libraries/torch/layers';

const thresholds = {
  'information-parameters': {
    default: 1_000_000,
    unit: 'parameters',
    meaning: 'Keras: at least this many in one dense layer are information',
  },
  'warning-parameters': { default: 10_000_000, unit: 'parameters', meaning: 'Keras: at least this many are a warning' },
  'linear-parameters': {
    default: 16_000_000,
    unit: 'parameters',
    meaning: 'PyTorch: at least this many in one nn.Linear are information',
  },
  'unknown-units': {
    default: 4096,
    unit: 'units',
    meaning: 'Keras: at least this many units on an unknown input are a hint',
  },
  share: { default: 0.5, unit: 'share', meaning: 'Keras: the layer must hold at least this share of the model' },
};

const messages = {
  unknownInput: ({ units }: { readonly units: number }) =>
    `A dense layer of ${grouped(units)} units has ${grouped(units)} parameters for every input value. The number of input values is not known here.`,
  dense: ({ parameters, whole, width, units, advice: how }: DenseFigures) =>
    `This dense layer has ${large(parameters)} of the model's ${large(whole)} parameters (${grouped(width)} values × ${grouped(units)} units). ${how.sentence} would leave a fraction of them.`,
  denseAlone: ({ parameters, width, units, advice: how }: Omit<DenseFigures, 'whole'>) =>
    `This dense layer has ${large(parameters)} parameters (${grouped(width)} values × ${grouped(units)} units), nearly all of the model with any usual number of outputs. ${how.sentence} would leave a fraction of them.`,
  linear: ({ parameters, wide, narrow, remedy }: LinearFigures) =>
    `This linear layer has ${large(parameters)} parameters (${grouped(wide)} × ${grouped(narrow)}). ${remedy.sentence} would leave a fraction of them.`,
};

/** How to make a layer smaller: the subject of a sentence, and a few words. */
interface Advice {
  readonly sentence: string;
  readonly words: string;
}

interface DenseFigures {
  readonly parameters: number;
  readonly whole: number;
  readonly width: number;
  readonly units: number;
  readonly advice: Advice;
}

interface LinearFigures {
  readonly parameters: number;
  readonly wide: number;
  readonly narrow: number;
  readonly remedy: Advice;
}

type FoundLayer = Judgement<typeof messages>;
type LayerContext = RuleContext<typeof thresholds>;

/** The layers of a text that may tell their sizes. */
const knownLinearLayers = narrowed(linearLayers, {
  where: mayKnowArguments('Linear', ['in_features', 'out_features']),
});

export const oversizedDenseLayer = defineRule({
  id: 'oversized-dense-layer',
  practice: 4,
  severity: 'warning',
  inTests: false,
  summary: 'A dense layer that holds most of the parameters of its model.',
  details: `Keras: follows the shapes through \`Sequential\` and functional models, and counts as \`count_params()\` does.
A \`Dense\` layer with a million parameters or more that holds at least half of its model is information, and a warning from 10 million if no convolution, which would do most of the work, comes before it and the file trains a model on more than made-up data or a small table.
Not reported: models of a script that trains nothing, and only shows or applies them.
If only the number of outputs is not known, ten thousand are assumed. If the size of another layer is not known, the model is skipped; only a \`Dense\` of 4096 units or more on an unknown input is a hint.
PyTorch: an \`nn.Linear\` with 16 million parameters or more is information, and a hint in the sizes of AlexNet and VGG, except in attention blocks.`,
  why: `Every parameter is read and updated in every step. The usual culprit is \`Flatten\` before \`Dense\`: 65,536 values into 256 units are 16.8 million parameters.
Global average pooling leaves one value per channel, so that 64 channels need only 16,640. Starting with few layers is practice 4.`,
  remedy: `Pool before the dense layer (\`GlobalAveragePooling2D\`), or make it narrower.`,
  nonCompliant: [
    {
      code: `from tensorflow.keras import layers, models

model = models.Sequential([
    layers.Conv2D(32, 3, padding="same", input_shape=(128, 128, 3)),
    layers.MaxPooling2D(),
    layers.Conv2D(64, 3, padding="same"),
    layers.MaxPooling2D(),
    layers.Flatten(),
    layers.Dense(256, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
`,
      severity: 'information',
      estimate: { parameters: 16777472, modelParameters: 16799434 },
    },
    {
      code: `from tensorflow.keras import layers, models

model = models.Sequential([
    layers.Flatten(input_shape=(128, 128, 3)),
    layers.Dense(256, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(train_images, epochs=10)
`,
      severity: 'warning',
      estimate: { parameters: 12583168, modelParameters: 12585738 },
    },
    {
      code: `import keras
from keras import layers

inputs = keras.Input((64, 64, 3))
x = layers.Conv2D(16, 3, activation="relu")(inputs)
x = layers.Flatten()(x)
outputs = layers.Dense(100)(x)
model = keras.Model(inputs, outputs)
`,
      severity: 'information',
      estimate: { parameters: 6150500, modelParameters: 6150948 },
    },
    {
      code: `from torch import nn

classifier = nn.Sequential(nn.Flatten(), nn.Linear(32768, 2048), nn.ReLU(), nn.Linear(2048, 10))
`,
      severity: 'information',
      estimate: { parameters: 67110912, modelParameters: null },
    },
    {
      code: `from keras.layers import Dense
from keras.models import Sequential

model = Sequential()
model.add(Dense(8192, activation="relu", input_dim=X.shape[1]))
model.add(Dense(1))
`,
      severity: 'hint',
    },
  ],
  compliant: [
    `from tensorflow.keras import layers, models

model = models.Sequential([
    layers.Conv2D(64, 3, padding="same", input_shape=(128, 128, 3)),
    layers.GlobalAveragePooling2D(),
    layers.Dense(256, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
`,
    `from keras import Sequential
from keras.layers import Dense, Flatten

model = Sequential([make_backbone(), Flatten(), Dense(1024)])
`,
  ],
  evidence: { item: 'pooling-before-dense', contradicts: true, one: 'oversized dense layer' },
  thresholds,
  messages,
  needs: /\b(?:Dense|Linear)\b/,
})
  .on(kerasModels, function* (model, context) {
    if (!context.module.text.includes('keras')) return;
    for (const [index, layer] of model.layers.entries()) {
      // A decoder starts with the values of its first image.
      const next = model.layers.slice(index + 1).find(({ call }) => !keepsShape.test(call.name ?? ''));
      if (next?.call.name === 'keras.layers.Reshape' || isOnlyShown(context.module, layer.call.node)) continue;
      const found = layer.call.name === denseLayer ? oversized(layer, model, context) : null;
      if (found !== null) yield found;
    }
  })
  .on(knownLinearLayers, largeLinear);

const keepsShape = /^keras\.layers\.(?:BatchNormalization|\w{0,20}ReLU|Activation|Dropout)$/;

function oversized(placed: PlacedLayer, model: KerasModel, { module, threshold }: LayerContext): FoundLayer | null {
  const { call, input, effect } = placed;
  const { parameters } = effect;
  if (parameters === null) {
    const units = new LayerArguments(module, call, 'units, activation').integer('units');
    const unknownInput = input === null || input.at(-1) === null;
    // An output may be as wide as a vocabulary.
    if (!unknownInput || isOutput(module, placed) || units === null || units < threshold('unknown-units')) return null;
    return {
      node: call.node,
      severity: 'hint',
      message: 'unknownInput',
      data: { units },
      estimate: { parameters: null, modelParameters: null },
    };
  }
  const whole = model.parameters;
  const most = whole ?? withManyOutputs(model);
  if (most === null || parameters < threshold('information-parameters') || parameters < most * threshold('share'))
    return null;
  const data = {
    parameters,
    width: input?.at(-1) ?? 0,
    units: effect.output?.at(-1) ?? 0,
    advice: advice(module, placed, model),
  };
  return {
    node: call.node,
    severity:
      parameters >= threshold('warning-parameters') &&
      !followsConvolutions(placed, model) &&
      isTrained(module) &&
      !isOfSmallData(module.text)
        ? 'warning'
        : 'information',
    ...(whole === null ? { message: 'denseAlone', data } : { message: 'dense', data: { ...data, whole } }),
    headline: `${large(parameters)}${whole === null ? '' : ` of ${large(whole)}`} parameters`,
    wayOut: `a fraction with ${data.advice.words}`,
    estimate: { parameters, modelParameters: whole },
  };
}

/** Behind convolutions a wide layer takes memory, but a small part of the work. */
const followsConvolutions = (placed: PlacedLayer, { layers }: KerasModel): boolean =>
  layers
    .slice(0, layers.indexOf(placed))
    .some(({ call }) => /^keras\.(?:layers\.\w*Conv|applications\.)/.test(call.name ?? ''));

/** What is not trained in the file may be an exercise, or train elsewhere for as long as somebody else decides. */
const isTrained = once(({ text }: PythonModule): boolean => holdsInCode(text, trains));
const trains = /\.(?:fit|fit_generator|train_on_batch)\s{0,9}\(|\bapply_gradients\b/;

/** More than models usually have. */
const manyOutputs = 10_000;

/** The parameters of a model if its last layer, a dense one whose units are not known, had very many; null if more is unknown. */
function withManyOutputs({ layers }: KerasModel): number | null {
  let sum = 0;
  for (const { call, input, effect, isOutput: ends } of layers) {
    const width = input?.at(-1) ?? null;
    if (effect.parameters === null && (!ends || call.name !== denseLayer || width === null)) return null;
    sum += effect.parameters ?? ((width ?? 0) + 1) * manyOutputs;
  }
  return sum;
}

function isOutput(module: PythonModule, { call, isOutput: ends }: PlacedLayer): boolean {
  const activation = new LayerArguments(module, call, 'units, activation').value('activation');
  return ends || (activation !== null && toText(activation) === 'softmax');
}

const mostColours = 4;

/** How to make the layer smaller. Only what was flattened can be pooled, and an output needs a unit for each class. */
function advice(module: PythonModule, placed: PlacedLayer, model: KerasModel): Advice {
  const before = model.layers.slice(0, model.layers.indexOf(placed));
  const flattened = before.map(({ call }) => call.name).lastIndexOf(flattenLayer);
  // After another dense layer, there is nothing left to pool.
  // The mean of each colour of an image says nothing.
  const isImage = before
    .slice(0, flattened)
    .every(({ call }) => /\.(?:Input|InputLayer|Rescaling)$/.test(call.name ?? ''));
  const channels = before[flattened]?.input?.at(-1) ?? null;
  const pooling =
    flattened !== -1 &&
    !(isImage && channels !== null && channels <= mostColours) &&
    placed.input?.length === 1 &&
    !before.slice(flattened).some(({ call }) => call.name === denseLayer);
  const narrower = isOutput(module, placed) ? 'a narrower layer before it' : 'fewer units';
  if (pooling)
    return { sentence: `Global average pooling before it, or ${narrower},`, words: 'GlobalAveragePooling before it' };
  return { sentence: `${narrower[0]?.toUpperCase() ?? ''}${narrower.slice(1)}`, words: narrower };
}

function largeLinear(call: Call, { module, threshold }: LayerContext): FoundLayer | null {
  const args = module.bind(call, linearParameters);
  const [wide, narrow] = [args.value('in_features'), args.value('out_features')].map((value) =>
    value === null ? null : toInteger(value),
  );
  const bias = args.value('bias');
  if (typeof wide !== 'number' || typeof narrow !== 'number' || !args.complete) return null;
  const parameters = wide * narrow + (bias === null || bias.kind !== 'boolean' || bias.value ? narrow : 0);
  if (
    parameters < threshold('linear-parameters') ||
    isAttention(module, call.node) ||
    isVocabulary(module, call, args) ||
    isNewHead(call.node) ||
    isProjector(module, call.node) ||
    [wide, narrow].some((size) => isEmbedded(module, size))
  )
    return null;
  const remedy = takesFlattened(module, call, args, wide)
    ? { sentence: 'Pooling before it (nn.AdaptiveAvgPool2d), or fewer features,', words: 'AdaptiveAvgPool2d before it' }
    : { sentence: 'Fewer features', words: 'fewer features' };
  return {
    node: call.node,
    severity: isPublished(wide, narrow) ? 'hint' : 'information',
    message: 'linear',
    data: { parameters, wide, narrow, remedy },
    headline: `${large(parameters)} parameters`,
    wayOut: `a fraction with ${remedy.words}`,
    estimate: { parameters, modelParameters: null },
  };
}

/** The layers of AlexNet and VGG as they were published, whose weights others rely on (torchvision 0.27, `models`). */
const published: readonly (readonly [number, number])[] = [
  [9216, 4096],
  [25088, 4096],
  [4096, 4096],
];

const isPublished = (wide: number, narrow: number): boolean =>
  published.some(([from, to]) => from === wide && to === narrow);

const vocabulary =
  /vocab|token|lm_?head|num_?classes|n_?classes|num_?labels|n_?labels|embed(?:ding)?s?_?out|unembed|logits|entit(?:y|ies)|n_?items|num_?items/i;

/** An output is as wide as the number of its choices: words, classes, items. So is the layer that embeds them. */
function isVocabulary(module: PythonModule, call: Call, args: BoundArguments): boolean {
  const assignment = call.node.parent?.type === 'assignment' ? field(call.node.parent, 'left') : null;
  const pair =
    call.node.parent?.type === 'pair' || call.node.parent?.type === 'keyword_argument'
      ? call.node.parent.firstNamedChild
      : null;
  const written = [assignment, pair, args.get('in_features')?.node ?? null, args.get('out_features')?.node ?? null];
  return written.some((node) => node !== null && vocabulary.test(node.text));
}

/** True for the new output of another model, which has one for each of its choices: `resnet.fc = nn.Linear(2048, 8613)`. */
function isNewHead({ parent }: Node): boolean {
  const target = parent?.type === 'assignment' ? field(parent, 'left') : null;
  return /\.\w+\.(?:fc|classifier|head)$|^(?!self\.)\w+\.(?:fc|classifier|head)$/.test(target?.text ?? '');
}

/** True for what leads from one pretrained model to another, whose widths are given: the projector of a vision tower. */
const isProjector = (module: PythonModule, node: Node): boolean =>
  /\bfrom_pretrained\b|\bvision_tower\b/.test(module.text) &&
  [
    node.parent?.type === 'assignment' ? (field(node.parent, 'left')?.text ?? '') : '',
    ...(module.place(node)?.scopes ?? []).map((scope) => field(scope, 'name')?.text ?? ''),
  ].some((name) => /projector|(?:mm|vision|visual|multi_?modal|audio|speech)_?proj|connector/i.test(name));

/** True if a number is the size of a vocabulary: a known one, or one that the module itself embeds. */
function isEmbedded(module: PythonModule, size: number): boolean {
  if (knownVocabularies.has(size)) return true;
  return [...module.identifiers('Embedding'), ...module.identifiers('EmbeddingBag')].some((identifier) => {
    const callee = identifier.parent?.type === 'attribute' ? identifier.parent : identifier;
    const call = callee.parent;
    const words = call?.type === 'call' && isField(call, 'function', callee) ? argumentsOf(call)[0] : undefined;
    const count = words?.type === 'keyword_argument' ? field(words, 'value') : words;
    return count !== null && count !== undefined && toInteger(module.evaluate(count)) === size;
  });
}

/** True if the input is a flattened image, which could be pooled, and not the features of another layer. */
function takesFlattened(module: PythonModule, call: Call, args: BoundArguments, wide: number): boolean {
  const width = args.get('in_features')?.node ?? null;
  if (width !== null && width.text.includes('*')) return true;
  if (!/flatten|\.view\(|\.reshape\(/i.test(module.text)) return false;
  return !module.calls(['Linear']).some((other) => {
    const before =
      other.name === linear && other.node.startIndex < call.node.startIndex
        ? module.bind(other, linearParameters).value('out_features')
        : null;
    return before !== null && toInteger(before) === wide;
  });
}

/** Transformers are wide by design. */
function isAttention(module: PythonModule, node: Node): boolean {
  const definition = module.place(node)?.scopes.find(({ type }) => type === 'class_definition');
  return (
    definition !== undefined &&
    /attention|transformer/i.test(`${field(definition, 'name')?.text ?? ''} ${definition.text}`)
  );
}
