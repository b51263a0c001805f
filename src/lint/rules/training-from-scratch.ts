import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf, signature } from '../../python/signatures';
import { field } from '../../python/syntax';
import { toInteger, toItems, toText, truth } from '../../python/values';
import { defineRule } from '../define';
import { usesOf } from '../uses';

/** Not checked against the source: `weights="imagenet"` is the default of all of them. */
const KERAS_APPLICATIONS: readonly string[] = [
  ...[
    'VGG16',
    'VGG19',
    'Xception',
    'InceptionV3',
    'InceptionResNetV2',
    'MobileNet',
    'MobileNetV2',
    'MobileNetV3Small',
    'MobileNetV3Large',
  ],
  ...[
    'ResNet50',
    'ResNet101',
    'ResNet152',
    'ResNet50V2',
    'ResNet101V2',
    'ResNet152V2',
    'DenseNet121',
    'DenseNet169',
    'DenseNet201',
  ],
  ...[
    'NASNetMobile',
    'NASNetLarge',
    'ConvNeXtTiny',
    'ConvNeXtSmall',
    'ConvNeXtBase',
    'ConvNeXtLarge',
    'ConvNeXtXLarge',
  ],
  ...['B0', 'B1', 'B2', 'B3', 'B4', 'B5', 'B6', 'B7', 'V2B0', 'V2B1', 'V2B2', 'V2B3', 'V2S', 'V2M', 'V2L'].map(
    (size) => `EfficientNet${size}`,
  ),
];
const APPLICATION = signature('include_top, weights, input_tensor, input_shape');

/** Classifiers of torchvision 0.29 (`models/`), which start from random weights unless told otherwise. */
const TORCHVISION: readonly string[] = [
  ...[
    'alexnet',
    'googlenet',
    'inception_v3',
    'squeezenet1_0',
    'squeezenet1_1',
    'mobilenet_v2',
    'mobilenet_v3_small',
    'mobilenet_v3_large',
  ],
  ...['vgg11', 'vgg13', 'vgg16', 'vgg19', 'vgg11_bn', 'vgg13_bn', 'vgg16_bn', 'vgg19_bn', 'mnasnet0_5', 'mnasnet1_0'],
  ...[
    'resnet18',
    'resnet34',
    'resnet50',
    'resnet101',
    'resnet152',
    'resnext50_32x4d',
    'resnext101_32x8d',
    'wide_resnet50_2',
    'wide_resnet101_2',
  ],
  ...['densenet121', 'densenet161', 'densenet169', 'densenet201', 'shufflenet_v2_x0_5', 'shufflenet_v2_x1_0'],
  ...['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'v2_s', 'v2_m', 'v2_l'].map((size) => `efficientnet_${size}`),
  ...[
    'convnext_tiny',
    'convnext_small',
    'convnext_base',
    'convnext_large',
    'vit_b_16',
    'vit_b_32',
    'vit_l_16',
    'vit_l_32',
  ],
  ...['swin_t', 'swin_s', 'swin_b', 'regnet_y_400mf', 'regnet_y_8gf', 'regnet_x_400mf', 'regnet_x_8gf'],
];
const TORCHVISION_PATH = /^torchvision\.models\.(?:[a-z0-9_]+\.)?([a-z][a-z0-9_]*)$/;
const OTHER_TASKS = /^torchvision\.models\.(?:detection|segmentation|quantization|video|optical_flow)\./;
const TIMM = 'timm.create_model';

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
  apis: [
    ...KERAS_APPLICATIONS.map((name) => `keras.applications.${name}`),
    ...TORCHVISION.map((name) => `torchvision.models.${name}`),
    TIMM,
    'torchvision.models.get_model',
  ],
  methods: ['from_config'],
  packages: ['keras', 'torchvision', 'timm', 'transformers'],
  check(module, context) {
    if (LOADS_WEIGHTS.test(module.text)) return;
    const images = IS_IMAGENET.test(module.text) ? [] : [kerasFromScratch, torchFromScratch];
    for (const find of [...images, transformersFromScratch]) {
      for (const { call, message } of find(module)) {
        if (isReplaced(module, call)) continue;
        context.report({ node: call.node, severity: 'information', message });
      }
    }
  },
});

interface Found {
  readonly call: Call;
  readonly message: string;
}

/** Who trains on ImageNet itself has nothing to start from: what the weights have learned is that. */
const IS_IMAGENET =
  /\bImageNet\w*\s*\(|\b(?:load|load_dataset|create_dataset|builder)\s*\(\s*(?:name\s*=\s*)?["'][^"'\n]*imagenet|\bdefault\s*=\s*["']imagenet|["'][^"'\n]*[/\\]imagenet|["']imagenet[\w-]*[/\\]|\bimagenet_?(?:dir|path|root|train|folder|data)|ilsvrc/i;

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
    return value !== null && HAS_WEIGHTS.test(value.text);
  });
}

const HAS_WEIGHTS =
  /from_pretrained\s*\(|pretrained\s*=\s*(?!False|None|0\b)|weights\s*=\s*(?!None|False)|\btorch\.load\s*\(|\bload_model\s*\(|from_checkpoint\s*\(/;

/** Weights that come from elsewhere, unless they are an optimizer's. */
const LOADS_WEIGHTS =
  /\.(?<!(?:optim\w*|opt|sched\w*|scaler|amp)\.)load_state_dict\s*\(|\.(?:load_weights|set_weights|load_from_checkpoint)\s*\(|\bload_checkpoint\s*\(/;
const KERAS_TRAINS = /\.(?:fit|fit_generator|train_on_batch)\s*\(|\bGradientTape\b/;
const TORCH_TRAINS = /\.backward\s*\(|\bTrainer\s*\(|\.fit\s*\(|\bdef training_step\b/;

function* kerasFromScratch(module: PythonModule): Generator<Found> {
  if (!module.text.includes('keras')) return;
  for (const call of module.calls(KERAS_APPLICATIONS)) {
    if (call.name?.startsWith('keras.applications.') !== true) continue;
    const args = module.bind(call, APPLICATION);
    if (args.value('weights')?.kind !== 'none') continue;
    const shape = args.value('input_shape');
    const channels = toInteger((shape === null ? null : toItems(shape))?.at(-1) ?? { kind: 'unknown' });
    if (channels !== null && channels !== 3) continue;
    const { methods, passedTo, escapes } = usesOf(module, call);
    // Only looked at, or timed, if nothing trains here.
    if (!KERAS_TRAINS.test(module.text) && (methods.length > 0 || passedTo.length > 0 || escapes)) continue;
    const name = call.name.slice(call.name.lastIndexOf('.') + 1);
    yield {
      call,
      message: `weights=None trains ${name} from random weights. weights="imagenet" with include_top=False and a head of your own starts from what it has learned already.`,
    };
  }
}

function* torchFromScratch(module: PythonModule): Generator<Found> {
  if (!TORCH_TRAINS.test(module.text)) return;
  if (module.text.includes('torchvision') && !/\.conv1\s*=|\.conv_stem\s*=/.test(module.text)) {
    for (const call of module.calls([...TORCHVISION, 'get_model'])) {
      const [, function_] = TORCHVISION_PATH.exec(call.name ?? '') ?? [];
      if (call.name === null || function_ === undefined || OTHER_TASKS.test(call.name)) continue;
      const args = module.bind(call, signature(function_ === 'get_model' ? 'name, weights' : 'pretrained'));
      const weights = ['weights', 'pretrained'].map((parameter) => args.value(parameter));
      if (!args.complete || weights.some((value) => value !== null && truth(value) !== false)) continue;
      const name =
        function_ === 'get_model' ? (toText(args.value('name') ?? { kind: 'none' }) ?? 'this model') : function_;
      yield {
        call,
        message: `Without weights, ${name} is trained from random ones. weights="DEFAULT" starts from what it has learned on ImageNet.`,
      };
    }
  }
  for (const call of module.calls(['create_model'])) {
    if (call.name !== TIMM) continue;
    const args = module.bind(call, signature('model_name, pretrained'));
    const pretrained = args.value('pretrained');
    if (!args.complete || (pretrained !== null && truth(pretrained) !== false) || args.get('checkpoint_path') !== null)
      continue;
    const channels = args.get('in_chans');
    if (channels !== null && toInteger(channels.value) !== 3) continue;
    yield { call, message: 'Without pretrained=True, this model is trained from random weights.' };
  }
}

function* transformersFromScratch(module: PythonModule): Generator<Found> {
  if (!module.text.includes('AutoModel') || !TORCH_TRAINS.test(module.text)) return;
  for (const call of module.calls(['from_config'])) {
    const model = /^transformers\.(AutoModel\w*)\.from_config$/.exec(call.name ?? '')?.[1];
    if (
      model === undefined ||
      hasEmptyWeights(module, call) ||
      alsoPretrained(module, model) ||
      !isKnownArchitecture(module, call)
    )
      continue;
    yield {
      call,
      message: `from_config trains ${model} from random weights. from_pretrained starts from what it has learned already.`,
    };
  }
}

/** True if the same class is also loaded with weights: from scratch is a choice of whoever runs the script. */
function alsoPretrained(module: PythonModule, model: string): boolean {
  return new RegExp(`\\b${model}\\.from_pretrained\\s*\\(`).test(module.text);
}

/** Arguments that give a model a size of its own, of which there are no weights. */
const SIZES =
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
  if (!args.complete || args.names().some((name) => SIZES.test(name))) return false;
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
    (SIZES.test(name) &&
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
