import { withoutComments } from '../../python/comments';
import type { Call } from '../../python/module';
import { signature } from '../../python/signatures';
import { toInteger, toItems, toText, truth, type Value } from '../../python/values';
import { calls, lastName, methodCalls, query, type NamedCall, type Query } from '../engine/query';

/** Read in Keras 3.15, `applications/`: `weights="imagenet"` is the default of all of them. */
const kerasApplications: readonly string[] = [
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
const application = signature('include_top, weights, input_tensor, input_shape');

/** Classifiers of torchvision 0.29 (`models/`), which start from random weights by default. */
const torchvision: readonly string[] = [
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
const torchvisionPath = /^torchvision\.models\.(?:[a-z0-9_]+\.)?([a-z][a-z0-9_]*)$/;
const otherTasks = /^torchvision\.models\.(?:detection|segmentation|quantization|video|optical_flow)\./;
/** Read in timm 1.0, `models/__init__.py` and `models/_factory.py`. */
const timm = ['timm.create_model', 'timm.models.create_model', 'timm.models.factory.create_model'];

/** A known architecture that a module builds with random weights. */
interface UntrainedModel {
  readonly call: NamedCall;
  /** What it is called; null if it is not known. */
  readonly name: string | null;
  /** Channels of its images, where they are given and known. */
  readonly channels: number | null;
}

const kerasPath = 'keras.applications.';

/** The models of Keras with `weights=None`. */
export const untrainedKerasModels: Query<UntrainedModel> = query(
  { packages: ['keras'], apis: kerasApplications.map((name) => `${kerasPath}${name}`) },
  function* (module) {
    if (!module.text.includes('keras')) return;
    for (const call of module.calls(kerasApplications)) {
      if (!isNamed(call) || !call.name.startsWith(kerasPath)) continue;
      const args = module.bind(call, application);
      if (args.value('weights')?.kind !== 'none') continue;
      const shape = args.value('input_shape');
      const channels = (shape === null ? null : toItems(shape))?.at(-1);
      yield { call, name: lastName(call.name), channels: channels === undefined ? null : toInteger(channels) };
    }
  },
);

const presets = methodCalls(['from_preset'], { packages: ['keras_hub', 'keras_nlp', 'keras_cv'] });
const presetPath = /^keras_(?:hub|nlp|cv)\.models\.(?:\w+\.)*([A-Z]\w*)\.from_preset$/;

/** The models of KerasHub (read in 0.26), and of the packages before it, that certainly leave the weights of their preset. */
export const untrainedPresets: Query<UntrainedModel> = query(presets, function* (module) {
  for (const call of presets.find(module)) {
    if (!isNamed(call) || !presetPath.test(call.name)) continue;
    const args = module.bind(call, presetParameters);
    const weights = args.get('load_weights');
    const preset = args.value('preset');
    if (weights !== null && truth(weights.value) === false)
      yield { call, name: preset === null ? null : toText(preset), channels: null };
  }
});
const presetParameters = signature('preset, load_weights');

const hubCalls = calls(['torch.hub.load']);
const hubParameters = signature('repo_or_dir, model');
const hubRepository = /^pytorch\/vision(?::|$)/;

/** The same classifiers, as PyTorch Hub loads them (torch 2). */
export const untrainedHubModels: Query<UntrainedModel> = query(hubCalls, function* (module) {
  for (const call of hubCalls.find(module)) {
    const args = module.bind(call, hubParameters);
    const [repository, model] = ['repo_or_dir', 'model'].map((name) => toText(args.value(name) ?? none));
    if (!hubRepository.test(repository ?? '') || !torchvision.includes(model ?? '') || !args.complete) continue;
    const weights = ['weights', 'pretrained'].map((name) => args.value(name));
    if (weights.every((value) => value === null || truth(value) === false))
      yield { call, name: model ?? null, channels: null };
  }
});

const torchvisionParameters = signature('pretrained');
const getModelParameters = signature('name, weights');

/** The classifiers of torchvision that certainly start without weights. */
export const untrainedTorchvisionModels: Query<UntrainedModel> = query(
  {
    packages: ['torchvision'],
    apis: [...torchvision, 'get_model'].map((name) => `torchvision.models.${name}`),
  },
  function* (module) {
    for (const call of module.calls([...torchvision, 'get_model'])) {
      const [, function_] = torchvisionPath.exec(call.name ?? '') ?? [];
      if (!isNamed(call) || function_ === undefined || otherTasks.test(call.name)) continue;
      const byName = function_ === 'get_model';
      const args = module.bind(call, byName ? getModelParameters : torchvisionParameters);
      const weights = ['weights', 'pretrained'].map((parameter) => args.value(parameter));
      if (!args.complete || weights.some((value) => value !== null && truth(value) !== false)) continue;
      yield { call, name: byName ? toText(args.value('name') ?? none) : function_, channels: null };
    }
  },
);

const none: Value = { kind: 'none' };
const timmParameters = signature('model_name, pretrained');
const timmCalls = calls(timm);

/** The models of timm that certainly start without weights. */
export const untrainedTimmModels: Query<UntrainedModel> = query(timmCalls, function* (module) {
  for (const call of timmCalls.find(module)) {
    const args = module.bind(call, timmParameters);
    const pretrained = args.value('pretrained');
    if (!args.complete || (pretrained !== null && truth(pretrained) !== false) || args.get('checkpoint_path') !== null)
      continue;
    const channels = args.get('in_chans');
    // A number of channels that is given but not known may be any.
    const isKnown = channels === null || toInteger(channels.value) !== null;
    if (isKnown) yield { call, name: null, channels: channels === null ? null : toInteger(channels.value) };
  }
});

const isNamed = (call: Call): call is NamedCall => call.name !== null;

/** Arguments and classes that start from trained weights, as they stand in code. */
export const pretrainedSigns: readonly string[] = [
  String.raw`pretrained\s*=\s*True`,
  String.raw`weights\s*=\s*["']imagenet["']`,
  String.raw`AutoModel\w*\.from_pretrained`,
  'SentenceTransformer',
];

/** A value that has weights. */
export const hasWeights =
  /from_pretrained\s*\(|pretrained\s*=\s*(?!False|None|0\b)|weights\s*=\s*(?!None|False)|\btorch\.load\s*\(|\bload_model\s*\(|from_checkpoint\s*\(/;

/** What loads weights into a model that exists. */
const loader = /\.(?:load_weights|set_weights|load_from_checkpoint)\s*\(|\bload_checkpoint\s*\(/;
/** The same of PyTorch, with what is loaded; not into an optimizer. */
const stateLoader =
  /\.(?<!(?:optim\w*|opt|sched\w*|scaler|amp)\.)load_state_dict\s*\(\s*(?:(?:copy\.)?deepcopy\s*\(\s*)?(?:torch\.load\s*\(\s*)?([^,()\n]*)/g;

/** True if a text loads weights that it did not train itself: its own best ones, kept or saved, do not count. */
export function loadsOtherWeights(text: string): boolean {
  if (!loader.test(text) && text.search(stateLoader) === -1) return false;
  const code = withoutComments(text);
  return (
    loader.test(code) || [...code.matchAll(stateLoader)].some(([found, from = '']) => !isOwn(code, found, from.trim()))
  );
}

function isOwn(text: string, found: string, from: string): boolean {
  const pattern = /\btorch\.load\s*\(/.test(found) ? savedState : keptState;
  for (const [, name] of text.matchAll(pattern)) if (name === from) return true;
  return false;
}

/** `torch.save(model.state_dict(), "best.pt")`, which `load_state_dict(torch.load("best.pt"))` reads again. */
const savedState =
  /\btorch\.save\s{0,9}\([^\n]{1,120}?,\s{0,99}([\w.]{1,99}|f?(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'))\s{0,99}\)/g;

/** `best = copy.deepcopy(model.state_dict())` */
const keptState = /(?:^|\s)([\w.]{1,99})[ \t]{0,99}=[^=\n][^\n]{0,80}?\.state_dict\s{0,9}\(\s{0,9}\)/g;

/** What measures how fast a model trains, on data that means nothing. */
export const isBenchmark = /throughput|\btflops\b/i;

/** What shows that a module trains on ImageNet itself, which is what the weights were trained on. */
export const isImagenet =
  /\bImageNet\w*\s*\(|\b(?:load|load_dataset|create_dataset|builder)\s*\(\s*(?:name\s*=\s*)?["'][^"'\n]*imagenet|\bdefault\s*=\s*["']imagenet|["'][^"'\n]*[/\\]imagenet|["']imagenet[\w-]*[/\\]|\bload(?:s|ing)? (?:the )?imagenet\b|\bimagenet_?(?:dir|path|root|train|folder|data)|ilsvrc/i;
