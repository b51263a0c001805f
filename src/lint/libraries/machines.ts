import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { signature } from '../../python/signatures';
import { field, isField, partsOf } from '../../python/syntax';
import { toText } from '../../python/values';
import { assignmentsTo } from '../engine/assigned';
import { query, type Query } from '../engine/query';
import { azureCluster } from './azure';
import { argumentsNamed } from './clouds';
import { optionDefault } from './command-line';

/** The arguments in which sagemaker 2.245, boto3 1.40, azure-ai-ml 1.35 and aiplatform 2.7 take a machine. */
const machineArguments: readonly string[] = [
  'instance_type',
  'train_instance_type',
  'InstanceType',
  'size',
  'vm_size',
  'accelerator_type',
  'machine_type',
];

/** The entries of dictionaries that mean the same: calls of boto3, `machine_spec` of Vertex AI, configurations. */
const entry =
  /["'](?:\w{0,20}InstanceType|instance_?[tT]ype|accelerator_?[tT]ype|machine_?[tT]ype|vm_?[sS]ize|(?:driver_)?node_type_id|cloud\.google\.com\/gke-accelerator)["']\s*:/g;

/** A name that says what it holds, and a constant text: `VM_SIZE = "Standard_NC6"`. */
const namedMachine =
  /\b\w{0,30}(?:vm_?size|instance_?type|machine_?type|accelerator_?type|gpu_?type|node_?type)\s{0,9}(?::\s{0,9}str\s{0,9})?=\s{0,9}["'][\w.-]{1,40}["']/gi;

/** `cloud.google.com/gke-accelerator: nvidia-tesla-p100` in the text of a Kubernetes object. */
const nodeSelector = /\bgke-accelerator["']?:\s{0,9}["']?nvidia-tesla-(?:k80|p4|p100|v100)\b/g;

/** `aiplatform.gapic.AcceleratorType.NVIDIA_TESLA_K80` */
const accelerator = /\bAcceleratorType\s?\.\s?(NVIDIA_TESLA_\w+)/g;

/** Names of machines that are unique enough to recognize in any argument: SageMaker's, Azure's with a GPU, and Google's GPUs. */
const instance = /["'](?:ml\.[a-z]\d[a-z]*\.\d*x?large|standard_n[cdv]\d\w{0,20}|nvidia[-_]tesla[-_]\w{2,5})["']/gi;

/** Calls whose arguments ask for nothing: they compare, print, or collect. */
const asksNothing =
  /(?:^|\.)(?:print|input|len|format|append|add|extend|replace|split|startswith|getenv|get|index|info)$/;

const takesMachine = /(?:selector|accelerator|gpu|machine|compute|cluster|node|deploy|resource)\w{0,40}$/i;

/** A constant name of a machine, with the places that ask for it, in the order of the file. */
interface MachineRequest {
  readonly text: string;
  readonly nodes: readonly Node[];
}

export const machineRequests: Query<MachineRequest> = query(
  {
    packages: ['sagemaker', 'boto', 'azure', 'aiplatform', 'kfp', 'kubernetes'],
    apis: [azureCluster],
    words: [
      ...machineArguments.filter((name) => name !== 'size'),
      ...[
        'AcceleratorType',
        'ParameterString',
        'ml.',
        'VM_SIZE',
        'INSTANCE_TYPE',
        'MACHINE_TYPE',
        'nvidia-tesla',
        'NVIDIA_TESLA',
      ],
      ...['Standard_N', 'STANDARD_N', 'InstanceType', 'node_type_id'],
    ],
  },
  function* (module) {
    const requests = new Map<string, Node[]>();
    for (const { node, text } of [...machinesIn(module)].sort((a, b) => a.node.startIndex - b.node.startIndex)) {
      const nodes = requests.get(text) ?? [];
      if (!nodes.some(({ id }) => id === node.id)) nodes.push(node);
      requests.set(text, nodes);
    }
    for (const [text, nodes] of requests) yield { text, nodes };
  },
);

interface FoundMachine {
  readonly node: Node;
  readonly text: string;
}

/** The constant texts in such arguments, each with its call; in dictionaries with the entry. */
function* machinesIn(module: PythonModule): Generator<FoundMachine> {
  const named = [...namedMachines(module)];
  yield* named;
  // The place to change is where the name gets its text.
  const names = new Set(named.map(({ node }) => field(node, 'left')?.text));
  for (const name of machineArguments) {
    for (const { call, value } of argumentsNamed(module, name)) {
      if (value?.type === 'identifier' && names.has(value.text)) continue;
      for (const text of textsOf(module, value)) yield { node: call, text };
    }
  }
  for (const pair of nodesAt(module, entry, 'pair')) {
    const value = field(pair, 'value');
    if (value?.type === 'identifier' && names.has(value.text)) continue;
    const text = textOf(module, value);
    if (text !== null) yield { node: pair, text };
  }
  for (const attribute of nodesAt(module, accelerator, 'attribute', 'AcceleratorType.'.length)) {
    const text = field(attribute, 'attribute')?.text;
    if (text !== undefined) yield { node: attribute, text };
  }
  yield* pipelineParameters(module);
  yield* unnamedInstances(module);
  for (const { index } of module.text.matchAll(nodeSelector)) {
    const string = module.root.descendantForIndex(index);
    const whole = string?.type === 'string' ? string : string?.parent;
    const text = /nvidia-tesla-\w+/.exec(module.text.slice(index, index + 60))?.[0];
    if (whole?.type === 'string' && text !== undefined && whole.parent?.type !== 'expression_statement')
      yield { node: whole, text };
  }
}

/** Variables whose names say that they hold a machine, and such defaults of pipelines. */
function* namedMachines(module: PythonModule): Generator<FoundMachine> {
  for (const { index } of module.text.matchAll(namedMachine)) {
    const name = module.root.descendantForIndex(index);
    const { parent } = name ?? {};
    if (name?.type !== 'identifier' || parent === null || parent === undefined) continue;
    if (
      parent.type === 'assignment'
        ? !isField(parent, 'left', name) || isSetOtherwise(module, name)
        : !isOfPipeline(module, parent)
    )
      continue;
    const value = field(parent, parent.type === 'assignment' ? 'right' : 'value');
    const text = value?.type === 'string' ? toText(module.evaluate(value)) : null;
    if (text !== null) yield { node: parent, text };
  }
}

/** True if a name also gets what is no constant text: it may be any machine. */
const isSetOtherwise = (module: PythonModule, name: Node): boolean =>
  assignmentsTo(module, name.text).some(({ value }) => value !== null && value.type !== 'string');

/** True for a default of a function that makes a pipeline: its decorator or its name says so. */
function isOfPipeline(module: PythonModule, parameter: Node): boolean {
  if (parameter.type !== 'default_parameter' && parameter.type !== 'typed_default_parameter') return false;
  const definition = module.place(parameter)?.ancestors.find(({ type }) => type === 'function_definition');
  const around = definition?.parent;
  const decorators =
    around?.type === 'decorated_definition' ? partsOf(around).filter(({ type }) => type === 'decorator') : [];
  return definition !== undefined && decorators.some(({ text }) => /pipeline\b/.test(text));
}

const parameter = signature('name, default_value');

/** `ParameterString(name="InstanceType", default_value="ml.m4.xlarge")`: what a pipeline runs on unless its caller says otherwise. */
function* pipelineParameters(module: PythonModule): Generator<FoundMachine> {
  for (const call of module.calls(['ParameterString'])) {
    const text = module.bind(call, parameter).value('default_value');
    const machine = text === null ? null : toText(text);
    if (machine !== null) yield { node: call.node, text: machine };
  }
}

/** `model.deploy(1, "ml.m4.xlarge")`, `Estimator(image, role, 1, "ml.p2.xlarge")` */
function* unnamedInstances(module: PythonModule): Generator<FoundMachine> {
  for (const string of nodesAt(module, instance, 'string')) {
    const call = string.parent?.type === 'argument_list' ? string.parent.parent : null;
    const callee = call?.type === 'call' ? field(call, 'function') : null;
    const text = toText(module.evaluate(string));
    if (call === null || callee === null || text === null || asksNothing.test(callee.text)) continue;
    // Other names may be one of several choices.
    if (text.startsWith('ml.') || takesMachine.test(callee.text)) yield { node: call, text };
  }
}

/**
 * The nodes of a type that begin where a pattern is found, or that hold what begins there.
 * @param skipped characters of the pattern before the part that is looked at
 */
function* nodesAt(module: PythonModule, pattern: RegExp, type: string, skipped = 1): Generator<Node> {
  for (const { index } of module.text.matchAll(pattern)) {
    let node = module.root.descendantForIndex(index + skipped);
    for (let level = 0; level < 2 && node !== null && node.type !== type; level++) node = node.parent;
    if (node?.type === type) yield node;
  }
}

/** What an argument may be: the constants that the branches of an `if` assign to its name, if all of them are known. */
function textsOf(module: PythonModule, value: Node | null): readonly string[] {
  const text = textOf(module, value);
  if (text !== null) return [text];
  if (value?.type !== 'identifier') return [];
  const place = module.place(value);
  if (place === null) return [];
  const texts = module.evaluator.names.valuesOf(value.text, place).map(toText);
  // What a function gives, or a file that is opened, may be any machine.
  return texts.some((each) => each === null) ? [] : [...new Set(texts.flatMap((each) => each ?? []))];
}

const textOf = (module: PythonModule, value: Node | null): string | null =>
  value === null ? null : toText(optionDefault(module, value) ?? module.evaluate(value));
