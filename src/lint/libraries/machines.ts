import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { signature } from '../../python/signatures';
import { field } from '../../python/syntax';
import { toText } from '../../python/values';
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
  /["'](?:InstanceType|TrainingInstanceType|instance_?[tT]ype|accelerator_?[tT]ype|machine_?[tT]ype|vm_?[sS]ize)["']\s*:/g;

/** `aiplatform.gapic.AcceleratorType.NVIDIA_TESLA_K80` */
const accelerator = /\bAcceleratorType\s?\.\s?(NVIDIA_TESLA_\w+)/g;

/** The form of SageMaker's instance names. They are unique enough to recognize in any argument. */
const instance = /["']ml\.[a-z]\d[a-z]*\.\d*x?large["']/g;

/** Calls whose arguments ask for nothing: they compare, print, or collect. */
const asksNothing =
  /(?:^|\.)(?:print|input|len|format|append|add|extend|replace|split|startswith|getenv|get|index|info)$/;

/** A constant name of a machine, with the places that ask for it, in the order of the file. */
interface MachineRequest {
  readonly text: string;
  readonly nodes: readonly Node[];
}

export const machineRequests: Query<MachineRequest> = query(
  {
    packages: ['sagemaker', 'boto', 'azure', 'aiplatform'],
    apis: [azureCluster],
    words: [...machineArguments.filter((name) => name !== 'size'), 'AcceleratorType', 'ParameterString', 'ml.'],
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
  for (const name of machineArguments) {
    for (const { call, value } of argumentsNamed(module, name)) {
      for (const text of textsOf(module, value)) yield { node: call, text };
    }
  }
  for (const pair of nodesAt(module, entry, 'pair')) {
    const text = textOf(module, field(pair, 'value'));
    if (text !== null) yield { node: pair, text };
  }
  for (const attribute of nodesAt(module, accelerator, 'attribute', 'AcceleratorType.'.length)) {
    const text = field(attribute, 'attribute')?.text;
    if (text !== undefined) yield { node: attribute, text };
  }
  yield* pipelineParameters(module);
  yield* unnamedInstances(module);
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
    if (call !== null && callee !== null && text !== null && !asksNothing.test(callee.text)) yield { node: call, text };
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
