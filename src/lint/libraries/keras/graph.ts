import type { Call, PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { argumentsOf, signature } from '../../../python/signatures';
import { field } from '../../../python/syntax';
import { toInteger, unknownValue, type Value } from '../../../python/values';
import { calls, query, type Query } from '../../engine/query';
import { usesOf } from '../../engine/uses';
import { applicationEffect } from './applications';
import { LayerArguments } from './layer-args';
import { layerEffect } from './layer-table';
import { keeps, unknownEffect, type LayerEffect, type TensorShape } from './shapes';

/** A layer in its place in a model. */
export interface PlacedLayer {
  readonly call: Call;
  readonly input: TensorShape | null;
  readonly effect: LayerEffect;
  /** True if no other layer of the model comes after it. */
  readonly last: boolean;
  /** True if no layer with weights comes after it, so that its output is the model's output, perhaps in another form. */
  readonly isOutput: boolean;
}

/** A model, as far as the code shows it. */
export interface KerasModel {
  readonly layers: readonly PlacedLayer[];
  /** `count_params()`; null if a layer's size is not known. */
  readonly parameters: number | null;
}

const sequential = signature('layers, trainable, name');
const modelSignature = signature('inputs, outputs, trainable, name');

const builders = calls(['keras.Sequential', 'keras.Model', 'keras.Functional']);

/** The models that a module builds with `Sequential` or from the inputs to the outputs. */
export const kerasModels: Query<KerasModel> = query(builders, function* (module) {
  const reader = new ModelReader(module);
  for (const call of builders.find(module)) {
    const model = call.name === 'keras.Sequential' ? reader.sequential(call) : reader.functional(call);
    if (model !== null) yield model;
  }
});

/** Layers whose output joins several inputs; none of them has parameters. */
const merging = /^keras\.layers\.(?:Concatenate|Add|Multiply|Average|Maximum|Minimum|Subtract)$/;
/** Layers without weights. */
const weightless =
  /^keras\.layers\.(?:Reshape|Flatten|Permute|RepeatVector|Activation|Lambda|Softmax|(?:\w*)ReLU|ELU|(?:\w*)Dropout(?:\dD)?|GaussianNoise|Masking|Identity|ActivityRegularization|Rescaling|Resizing|CenterCrop|(?:Cropping|ZeroPadding|UpSampling)\dD|(?:Global)?(?:Average|Max|Avg)Pool(?:ing)?\dD)$/;
const isWeightless = ({ name }: Call): boolean => weightless.test(name ?? '');
const mergeFunctions = /^keras\.layers\.(?:concatenate|add|multiply|average|maximum|minimum|subtract)$/;

class ModelReader {
  constructor(private readonly module: PythonModule) {}

  /** A stack of layers: those of its list, then those of its `add` calls. Null if they cannot all be followed. */
  sequential(call: Call): KerasModel | null {
    const stack = this.stack(call);
    if (stack === null || stack.length === 0) return null;
    const placed: PlacedLayer[] = [];
    let shape: TensorShape | null = null;
    let parameters: number | null = 0;
    for (const [index, layer] of stack.entries()) {
      const input: TensorShape | null = index === 0 ? this.declaredInput(layer) : shape;
      const effect: LayerEffect = this.effect(layer, input);
      placed.push({
        call: layer,
        input,
        effect,
        last: index === stack.length - 1,
        isOutput: stack.slice(index + 1).every(isWeightless),
      });
      shape = effect.output;
      parameters = parameters === null || effect.parameters === null ? null : parameters + effect.parameters;
    }
    return { layers: placed, parameters };
  }

  /** The calls that make the layers of a stack, in order. */
  private stack(call: Call): readonly Call[] | null {
    const layers = this.module.bind(call, sequential).value('layers');
    const found: Call[] = [];
    if (layers !== null && layers.kind !== 'none') {
      if (layers.kind !== 'sequence' || layers.items === null) return null;
      for (const item of layers.items) {
        const layer = this.module.callOf(item);
        if (layer === null) return null;
        found.push(layer);
      }
    }
    const uses = usesOf(this.module, call);
    // A function of the module may add layers to what it is given.
    if (uses.passedTo.some((other) => this.mayChangeLayers(other)) || uses.methods.some(({ name }) => name === 'pop'))
      return null;
    for (const { name, call: use } of uses.methods) {
      if (name !== 'add') continue;
      const [given] = argumentsOf(use);
      const layer =
        given === undefined
          ? null
          : this.module.callOf(
              this.module.evaluate(given.type === 'keyword_argument' ? (field(given, 'value') ?? given) : given),
            );
      const times = this.timesAdded(use, call.node);
      if (layer === null || times === null || times > 100) return null;
      for (let time = 0; time < times; time++) found.push(layer);
    }
    return found;
  }

  /** Whether a call is of a function of the module that adds layers to something, or takes them away. */
  private mayChangeLayers(call: Node): boolean {
    const callee = field(call, 'function');
    const called = callee === null ? null : this.module.evaluate(callee);
    return called?.kind === 'definition' && /\.(?:add|pop)\(/.test(called.node.text);
  }

  /** How often an `add` runs for each model; null in a condition, or in a loop with an unknown number of rounds. */
  private timesAdded(add: Node, model: Node): number | null {
    const around = new Set(this.module.place(model)?.ancestors.map(({ id }) => id) ?? []);
    let times = 1;
    for (const ancestor of this.module.place(add)?.ancestors ?? []) {
      if (around.has(ancestor.id)) return times;
      if (ancestor.type === 'for_statement') {
        const rounds = this.module.repetitions(add).find(({ node }) => node.id === ancestor.id)?.rounds ?? null;
        if (rounds === null) return null;
        times *= rounds;
      } else if (
        /^(?:if|while|try|match)_statement$|^(?:function|class)_definition$|comprehension$/.test(ancestor.type)
      )
        return null;
    }
    return null;
  }

  /** A model from its inputs to its outputs. Null if some way between them cannot be followed. */
  functional(call: Call): KerasModel | null {
    const args = this.module.bind(call, modelSignature);
    const outputs = args.get('outputs') ?? args.get('output');
    if (outputs === null) return null;
    const walk = new GraphWalk(this.module, (layer, input) => this.effect(layer, input));
    for (const output of outputs.value.kind === 'sequence'
      ? (outputs.value.items ?? [{ kind: 'unknown' as const }])
      : [outputs.value]) {
      walk.tensor(output, { last: true, isOutput: true });
    }
    if (walk.lost) return null;
    const layers = [...walk.layers.values()];
    const parameters = layers.reduce<number | null>(
      (sum, { effect }) => (sum === null || effect.parameters === null ? null : sum + effect.parameters),
      0,
    );
    return { layers, parameters };
  }

  /** The effect of a layer, of a pretrained model or of another model of the module, as a layer. */
  private effect(call: Call, input: TensorShape | null): LayerEffect {
    if (isInput(call)) return keeps(this.inputShape(call));
    const known = layerEffect(this.module, call, input) ?? applicationEffect(this.module, call);
    if (known !== null) return known;
    if (merging.test(call.name ?? '')) return keeps(null);
    const model =
      call.name === 'keras.Sequential'
        ? this.sequential(call)
        : call.name === 'keras.Model'
          ? this.functional(call)
          : null;
    if (model === null) return unknownEffect;
    return { parameters: model.parameters, output: model.layers.find(({ last }) => last)?.effect.output ?? null };
  }

  /** The input shape that a first layer declares. */
  private declaredInput(call: Call): TensorShape | null {
    if (isInput(call)) return null;
    const args = new LayerArguments(this.module, call, '*');
    const shape = args.shape('input_shape');
    if (shape !== null) return shape;
    const batch = args.shape('batch_input_shape');
    if (batch !== null) return batch.slice(1);
    const embedding = call.name === 'keras.layers.Embedding';
    if (args.has('input_length'))
      return embedding
        ? [args.integer('input_length')]
        : args.has('input_dim')
          ? [args.integer('input_length'), args.integer('input_dim')]
          : null;
    if (args.has('input_dim') && !embedding) return [args.integer('input_dim')];
    if (/\.(?:Bidirectional|TimeDistributed)$/.test(call.name ?? '')) {
      const wrapped = this.module.callOf(
        new LayerArguments(this.module, call, 'layer').value('layer') ?? { kind: 'unknown' },
      );
      return wrapped === null ? null : this.declaredInput(wrapped);
    }
    return null;
  }

  inputShape(call: Call): TensorShape | null {
    const args = new LayerArguments(this.module, call, 'shape');
    return (
      args.shape('shape') ??
      args.shape('input_shape') ??
      args.shape('batch_shape')?.slice(1) ??
      args.shape('batch_input_shape')?.slice(1) ??
      null
    );
  }
}

const isInput = ({ name }: Call): boolean =>
  name === 'keras.Input' || name === 'keras.layers.Input' || name === 'keras.layers.InputLayer';

type End = Pick<PlacedLayer, 'last' | 'isOutput'>;
const hidden: End = { last: false, isOutput: false };

/** Walks from the outputs of a functional model to its inputs. */
class GraphWalk {
  /** Each layer once, by the call that makes it. */
  readonly layers = new Map<number, PlacedLayer>();
  lost = false;
  private readonly shapes = new Map<number, TensorShape | null>();
  private depth = 0;

  constructor(
    private readonly module: PythonModule,
    private readonly effectOf: (call: Call, input: TensorShape | null) => LayerEffect,
  ) {}

  /** The shape of a tensor; notes all layers on the way to it. */
  tensor(value: Value, end: End): TensorShape | null {
    if (value.kind === 'member' && /^outputs?$/.test(value.name)) return this.wholeModel(value.of, end);
    const call = this.module.callOf(value);
    if (call === null || this.depth > 300) return this.loseTheWay();
    const known = this.shapes.get(call.node.id);
    if (known !== undefined) return known;
    this.depth++;
    const shape = this.applied(call, end);
    this.depth--;
    this.shapes.set(call.node.id, shape);
    return shape;
  }

  private applied(call: Call, end: End): TensorShape | null {
    if (isInput(call)) {
      const { output } = this.effectOf(call, null);
      return output;
    }
    if (call.name !== null)
      return mergeFunctions.test(call.name) ? this.merged(call, call.node, call.name, end) : this.loseTheWay();
    const layer = this.module.callOf(this.module.evaluate(call.callee));
    if (layer === null) return this.loseTheWay();
    if (merging.test(layer.name ?? '')) return this.merged(layer, call.node, layer.name ?? '', end);
    const [given, ...others] = argumentsOf(call.node);
    if (given === undefined) return this.loseTheWay();
    const input = this.tensor(this.module.evaluate(given), {
      last: false,
      isOutput: end.isOutput && isWeightless(layer),
    });
    for (const other of others) this.sideInput(other);
    return this.place(layer, input, end);
  }

  /** A recurrent layer's first state, the values of an attention: more layers of the model may lead there. */
  private sideInput(argument: Node): void {
    const given = this.module.evaluate(
      argument.type === 'keyword_argument' ? (field(argument, 'value') ?? argument) : argument,
    );
    for (const value of given.kind === 'sequence' ? (given.items ?? [unknownValue]) : [given]) {
      if (value.kind === 'none' || value.kind === 'boolean' || value.kind === 'number') continue;
      this.tensor(value, hidden);
    }
  }

  private wholeModel(made: Node, end: End): TensorShape | null {
    const call = this.module.callOf({ kind: 'instance', call: made });
    return call === null ? this.loseTheWay() : this.place(call, null, end);
  }

  private place(call: Call, input: TensorShape | null, end: End): TensorShape | null {
    const effect = this.effectOf(call, input);
    this.layers.set(call.node.id, { call, input, effect, ...end });
    return effect.output;
  }

  /** @param call what says the axis */
  private merged(call: Call, applied: Node, name: string, { isOutput }: End): TensorShape | null {
    const [list] = argumentsOf(applied);
    const tensors = list === undefined ? null : this.module.evaluate(list);
    if (tensors?.kind !== 'sequence' || tensors.items === null) return this.loseTheWay();
    const shapes = tensors.items.map((item) => this.tensor(item, { last: false, isOutput }));
    const [first] = shapes;
    if (!name.toLowerCase().endsWith('concatenate')) return first ?? null;
    const axis = new LayerArguments(this.module, call, call.node.id === applied.id ? 'inputs, axis' : 'axis').value(
      'axis',
    );
    const index = axis === null ? -1 : toInteger(axis);
    return index === null ? null : concatenated(shapes, index);
  }

  private loseTheWay(): null {
    this.lost = true;
    return null;
  }
}

function concatenated(shapes: readonly (TensorShape | null)[], axis: number): TensorShape | null {
  const [first] = shapes;
  if (!first || shapes.some((shape) => shape?.length !== first.length)) return null;
  // Axis 0 is the batch.
  const index = axis < 0 ? first.length + axis : axis - 1;
  return first.map((size, each) => {
    if (each !== index) return size;
    return shapes.reduce<number | null>((sum, shape) => {
      const length = shape?.[each] ?? null;
      return sum === null || length === null ? null : sum + length;
    }, 0);
  });
}
