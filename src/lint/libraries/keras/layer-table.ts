import type { Call, PythonModule } from '../../../python/module';
import { toInteger, toItems } from '../../../python/values';
import { LayerArguments } from './layer-args';
import {
  keeps,
  lastOf,
  multiply,
  transposed,
  unknownEffect,
  windowed,
  type LayerEffect,
  type TensorShape,
} from './shapes';

/** What a layer does to a shape. `inner` gives the effect of a layer that it wraps. */
type LayerRule = (
  args: LayerArguments,
  input: TensorShape | null,
  inner: (call: Call, input: TensorShape | null) => LayerEffect,
) => LayerEffect;

interface LayerKind {
  readonly parameters: string;
  readonly rule: LayerRule;
}

/** Signatures, defaults and formulas read in Keras 3.15; a test holds the results against `count_params()`. */
const table = new Map<string, LayerKind>();

function layer(names: string, parameters: string, rule: LayerRule): void {
  for (const name of names.split(' ')) table.set(`keras.layers.${name}`, { parameters, rule });
}

/** The effect of one layer on an input; null if nothing is known of such a layer. */
export function layerEffect(module: PythonModule, call: Call, input: TensorShape | null): LayerEffect | null {
  const kind = call.name === null ? undefined : table.get(call.name);
  if (kind === undefined) return null;
  const args = new LayerArguments(module, call, kind.parameters);
  const channelsFirst = args.has('data_format') && args.text('data_format', 'channels_last') !== 'channels_last';
  // What is unpacked may say anything, and another order of axes is not followed.
  if (!args.complete || channelsFirst) return unknownEffect;
  return kind.rule(args, input, (wrapped, shape) => layerEffect(module, wrapped, shape) ?? unknownEffect);
}

layer(
  'Dropout Activation ReLU LeakyReLU ELU Softmax ThresholdedReLU GaussianNoise GaussianDropout SpatialDropout1D SpatialDropout2D SpatialDropout3D AlphaDropout ActivityRegularization Masking UnitNormalization Rescaling Identity RandomFlip RandomRotation RandomZoom RandomTranslation RandomContrast RandomBrightness',
  'rate',
  (_args, input) => keeps(input),
);

layer('Dense', 'units, activation, use_bias', (args, input) => {
  // Keras 1 said output_dim.
  const units = args.integer('units') ?? args.integer('output_dim');
  const width = lastOf(input);
  const bias = args.flag('use_bias', true);
  return {
    parameters:
      units === null || width === null || bias === null || args.has('lora_rank')
        ? null
        : width * units + (bias ? units : 0),
    output: input === null ? null : [...input.slice(0, -1), units],
  };
});

layer('Flatten', 'data_format', (_args, input) => ({
  parameters: 0,
  output: input === null ? null : [multiply(input)],
}));

layer('Reshape', 'target_shape', (args, input) => {
  const target = args.shape('target_shape');
  const free = target?.findIndex((size) => size === -1) ?? -1;
  if (target === null || free === -1) return { parameters: 0, output: target };
  const whole = input === null ? null : multiply(input);
  const rest = multiply(target.filter((_, index) => index !== free));
  const size = whole === null || rest === null || rest === 0 ? null : whole / rest;
  return { parameters: 0, output: target.map((each, index) => (index === free ? size : each)) };
});

layer('Permute', 'dims', (args, input) => {
  const dims = args.shape('dims');
  if (dims === null || input === null || dims.length !== input.length) return keeps(null);
  return { parameters: 0, output: dims.map((axis) => (axis === null ? null : (input[axis - 1] ?? null))) };
});

layer('RepeatVector', 'n', (args, input) => ({
  parameters: 0,
  output: input?.length === 1 ? [args.integer('n'), ...input] : null,
}));

layer('Lambda', 'function', () => keeps(null));

layer('BatchNormalization', 'axis, momentum, epsilon, center, scale', (args, input) => normalization(args, input, 2));
layer('LayerNormalization', 'axis, epsilon, center, scale', (args, input) => normalization(args, input, 0));
layer('GroupNormalization', 'groups, axis, epsilon, center, scale', (args, input) => normalization(args, input, 0));

/** Scale and offset for each channel, and what else is kept for each. */
function normalization(args: LayerArguments, input: TensorShape | null, kept: number): LayerEffect {
  const axis = args.value('axis');
  const index =
    axis === null
      ? -1
      : (toInteger(axis) ?? (toItems(axis)?.length === 1 ? toInteger(toItems(axis)?.[0] ?? axis) : null));
  const last = index === -1 || (index !== null && input !== null && index === input.length);
  const [center, scale] = [args.flag('center', true), args.flag('scale', true)];
  const width = lastOf(input);
  const known = last && center !== null && scale !== null && width !== null;
  return { parameters: known ? width * (kept + Number(center) + Number(scale)) : null, output: input };
}

layer('PReLU', 'alpha_initializer', (args, input) => ({
  parameters: args.has('shared_axes') || input === null ? null : multiply(input),
  output: input,
}));

const convolution = 'filters, kernel_size, strides, padding, data_format, dilation_rate, groups, activation, use_bias';

for (const rank of [1, 2, 3]) {
  const ones: TensorShape = Array.from({ length: rank }, () => 1);
  const twos: TensorShape = Array.from({ length: rank }, () => 2);
  const spatial = (input: TensorShape | null): TensorShape | null =>
    input?.length === rank + 1 ? input.slice(0, rank) : null;

  layer(`Conv${rank}D Convolution${rank}D`, rank === 1 ? convolution : convolution, (args, input) => {
    if (isKeras1(args)) return unknownEffect;
    const [filters, kernel] = [args.integer('filters'), args.sizes('kernel_size', rank, [])];
    const [strides, dilation] = [args.sizes('strides', rank, ones), args.sizes('dilation_rate', rank, ones)];
    const padding = args.text('padding', 'valid');
    const channels = input?.length === rank + 1 ? lastOf(input) : null;
    const groups = args.integer('groups', 1);
    const each = channels === null || groups === null ? null : channels / groups;
    return {
      parameters: weights([...kernel, each, filters], args.flag('use_bias', true), filters),
      output: [
        ...axes(rank, spatial(input), (length, axis) =>
          windowed(
            length,
            { size: kernel[axis] ?? null, stride: strides[axis] ?? null, dilation: dilation[axis] ?? null },
            padding,
          ),
        ),
        filters,
      ],
    };
  });

  layer(
    `Conv${rank}DTranspose Deconvolution${rank}D`,
    'filters, kernel_size, strides, padding, output_padding, data_format, dilation_rate, activation, use_bias',
    (args, input) => {
      if (isKeras1(args)) return unknownEffect;
      const [filters, kernel, strides] = [
        args.integer('filters'),
        args.sizes('kernel_size', rank, []),
        args.sizes('strides', rank, ones),
      ];
      const plain = !args.has('output_padding') && !args.has('dilation_rate');
      const padding = args.text('padding', 'valid');
      const channels = input?.length === rank + 1 ? lastOf(input) : null;
      return {
        parameters: weights([...kernel, channels, filters], args.flag('use_bias', true), filters),
        output: [
          ...axes(rank, spatial(input), (length, axis) =>
            plain
              ? transposed(length, { size: kernel[axis] ?? null, stride: strides[axis] ?? null, dilation: 1 }, padding)
              : null,
          ),
          filters,
        ],
      };
    },
  );

  layer(
    `MaxPooling${rank}D MaxPool${rank}D AveragePooling${rank}D AvgPool${rank}D`,
    'pool_size, strides, padding',
    (args, input) => {
      if (args.hasAny(['border_mode', 'pool_length', 'dim_ordering'])) return { parameters: 0, output: null };
      const pool = args.sizes('pool_size', rank, twos);
      const strides = args.sizes('strides', rank, pool);
      const padding = args.text('padding', 'valid');
      return {
        parameters: 0,
        output:
          input?.length !== rank + 1
            ? null
            : [
                ...axes(rank, spatial(input), (length, axis) =>
                  windowed(length, { size: pool[axis] ?? null, stride: strides[axis] ?? null, dilation: 1 }, padding),
                ),
                lastOf(input),
              ],
      };
    },
  );

  layer(
    `GlobalMaxPooling${rank}D GlobalMaxPool${rank}D GlobalAveragePooling${rank}D GlobalAvgPool${rank}D`,
    'data_format, keepdims',
    (args, input) => ({
      parameters: 0,
      output: args.flag('keepdims', false) === false && input?.length === rank + 1 ? [lastOf(input)] : null,
    }),
  );

  layer(`UpSampling${rank}D`, 'size', (args, input) => {
    const size = args.sizes('size', rank, twos);
    if (input?.length !== rank + 1) return keeps(null);
    return {
      parameters: 0,
      output: [...axes(rank, spatial(input), (length, axis) => multiply([length, size[axis] ?? null])), lastOf(input)],
    };
  });

  layer(`ZeroPadding${rank}D`, 'padding', (args, input) => resized(args, 'padding', rank, input, 1));
  layer(`Cropping${rank}D`, 'cropping', (args, input) => resized(args, 'cropping', rank, input, -1));
}

const separable =
  'filters, kernel_size, strides, padding, data_format, dilation_rate, depth_multiplier, activation, use_bias';
const depthwiseParameters =
  'kernel_size, strides, padding, depth_multiplier, data_format, dilation_rate, activation, use_bias';

for (const rank of [1, 2]) {
  const ones: TensorShape = Array.from({ length: rank }, () => 1);
  const moved = (args: LayerArguments, input: TensorShape | null, channels: number | null): TensorShape => {
    const [kernel, strides] = [args.sizes('kernel_size', rank, []), args.sizes('strides', rank, ones)];
    const dilation = args.sizes('dilation_rate', rank, ones);
    const lengths = input?.length === rank + 1 ? input.slice(0, rank) : null;
    return [
      ...axes(rank, lengths, (length, axis) =>
        windowed(
          length,
          { size: kernel[axis] ?? null, stride: strides[axis] ?? null, dilation: dilation[axis] ?? null },
          args.text('padding', 'valid'),
        ),
      ),
      channels,
    ];
  };

  layer(`SeparableConv${rank}D SeparableConvolution${rank}D`, separable, (args, input) => {
    if (isKeras1(args)) return unknownEffect;
    const filters = args.integer('filters');
    const channels = input?.length === rank + 1 ? lastOf(input) : null;
    const depth = multiply([channels, args.integer('depth_multiplier', 1)]);
    const depthwise = multiply([...args.sizes('kernel_size', rank, []), depth]);
    const pointwise = weights([depth, filters], args.flag('use_bias', true), filters);
    return {
      parameters: depthwise === null || pointwise === null ? null : depthwise + pointwise,
      output: moved(args, input, filters),
    };
  });

  layer(`DepthwiseConv${rank}D`, depthwiseParameters, (args, input) => {
    const channels = input?.length === rank + 1 ? lastOf(input) : null;
    const depth = multiply([channels, args.integer('depth_multiplier', 1)]);
    return {
      parameters: weights([...args.sizes('kernel_size', rank, []), depth], args.flag('use_bias', true), depth),
      output: moved(args, input, depth),
    };
  });
}

layer('Embedding', 'input_dim, output_dim', (args, input) => {
  const [words, width] = [args.integer('input_dim'), args.integer('output_dim')];
  return { parameters: args.has('lora_rank') ? null : multiply([words, width]), output: [...(input ?? [null]), width] };
});

const recurrentParameters = 'units, activation, recurrent_activation, use_bias';

/** Gates times (input + state + bias) for each unit. */
function recurrent(args: LayerArguments, input: TensorShape | null, gates: number, biases: number | null): LayerEffect {
  const units = args.integer('units') ?? args.integer('output_dim');
  const width = input?.length === 2 ? lastOf(input) : null;
  const bias = args.flag('use_bias', true);
  const known = units !== null && width !== null && bias !== null && biases !== null;
  const sequences = args.flag('return_sequences', false);
  const output: TensorShape | null =
    sequences === null || args.flag('return_state', false) !== false
      ? null
      : sequences
        ? [input?.[0] ?? null, units]
        : [units];
  return { parameters: known ? gates * units * (width + units + (bias ? biases : 0)) : null, output };
}

layer('LSTM CuDNNLSTM', recurrentParameters, (args, input) =>
  recurrent(args, input, 4, args.call.name?.endsWith('CuDNNLSTM') === true ? 2 : 1),
);
layer('GRU', recurrentParameters, (args, input) => {
  const resetAfter = args.flag('reset_after', true);
  return recurrent(args, input, 3, resetAfter === null ? null : resetAfter ? 2 : 1);
});
layer('CuDNNGRU', recurrentParameters, (args, input) => recurrent(args, input, 3, 2));
layer('SimpleRNN', 'units, activation, use_bias', (args, input) => recurrent(args, input, 1, 1));

layer('Bidirectional', 'layer, merge_mode', (args, input, inner) => {
  const wrapped = args.value('layer');
  const call = wrapped === null ? null : args.module.callOf(wrapped);
  const mode = args.value('merge_mode');
  if (call === null || args.has('backward_layer')) return unknownEffect;
  const { parameters, output } = inner(call, input);
  const joined = mode === null || (mode.kind === 'string' && mode.value === 'concat');
  const width = lastOf(output);
  return {
    parameters: parameters === null ? null : 2 * parameters,
    output:
      output === null || mode?.kind === 'none'
        ? null
        : joined
          ? [...output.slice(0, -1), width === null ? null : 2 * width]
          : output,
  };
});

layer('TimeDistributed', 'layer', (args, input, inner) => {
  const wrapped = args.value('layer');
  const call = wrapped === null ? null : args.module.callOf(wrapped);
  if (call === null) return unknownEffect;
  const { parameters, output } = inner(call, input === null ? null : input.slice(1));
  return { parameters, output: output === null ? null : [input?.[0] ?? null, ...output] };
});

/** The number of weights, and one bias for each output. */
function weights(factors: readonly (number | null)[], bias: boolean | null, outputs: number | null): number | null {
  const product = factors.length < 2 ? null : multiply(factors);
  if (product === null || bias === null || outputs === null) return null;
  return product + (bias ? outputs : 0);
}

function axes(
  rank: number,
  lengths: TensorShape | null,
  change: (length: number | null, axis: number) => number | null,
): TensorShape {
  return Array.from({ length: rank }, (_, axis) => change(lengths?.[axis] ?? null, axis));
}

/** Padding and cropping: one number for all sides, one for each axis, or a pair for each axis. */
function resized(
  args: LayerArguments,
  name: string,
  rank: number,
  input: TensorShape | null,
  sign: 1 | -1,
): LayerEffect {
  if (input?.length !== rank + 1) return keeps(null);
  const value = args.value(name);
  // The defaults: ZeroPadding pads by one on each side; Cropping2D crops nothing, the other two one on each side.
  const standard = sign === -1 && rank === 2 ? 0 : 2;
  const all = value === null ? null : toInteger(value);
  const items = value === null ? null : toItems(value);
  const change = (axis: number): number | null => {
    if (value === null) return standard;
    if (all !== null) return 2 * all;
    // For one axis the pair is its two sides.
    if (rank === 1) return items?.length === 2 ? sum(items.map(toInteger)) : null;
    const item = items?.[axis];
    if (item === undefined) return null;
    const single = toInteger(item);
    return single !== null ? 2 * single : sum((toItems(item) ?? [item]).map(toInteger));
  };
  return {
    parameters: 0,
    output: [
      ...axes(rank, input, (length, axis) => {
        const by = change(axis);
        return length === null || by === null ? null : length + sign * by;
      }),
      lastOf(input),
    ],
  };
}

function sum(numbers: readonly (number | null)[]): number | null {
  return numbers.reduce<number | null>(
    (total, number) => (total === null || number === null ? null : total + number),
    0,
  );
}

/** Keras 1 took rows and columns of the kernel as two arguments, and had other names for the rest. */
function isKeras1(args: LayerArguments): boolean {
  if (args.hasAny(['border_mode', 'subsample', 'nb_filter', 'nb_row', 'filter_length', 'init', 'dim_ordering', 'bias']))
    return true;
  const name = args.call.name ?? '';
  return /(?:Convolution|Deconvolution)\dD$/.test(name) && args.value('strides')?.kind === 'number';
}
