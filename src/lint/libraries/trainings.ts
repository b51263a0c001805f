import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { called, query, wantedBy, type Query } from '../engine/query';
import { usesOf } from '../engine/uses';
import { kerasFits } from './keras/fits';
import { lightningTrainers } from './lightning';
import { torchPackages } from './torch/backward';
import { huggingFaceTrainers } from './hugging-face/trainers';

/** A place where a module certainly trains a deep model. */
export interface Training {
  readonly call: Call;
  readonly framework: 'keras' | 'lightning' | 'transformers' | 'torch';
  /** The call that made the trainer; null where there is none. */
  readonly trainer: Call | null;
}

/** What of unsloth starts a trainer that it is given. */
const startFunction = 'unsloth_train';

const startMethods = { lightning: 'fit', transformers: 'train' } as const;

/** The trainings of a module that a trainer runs, in source order. */
export const trainersStarted: Query<Training> = query(
  wantedBy([
    { ...lightningTrainers, also: [called([startMethods.lightning])] },
    { ...huggingFaceTrainers, also: [called([startMethods.transformers, startFunction])] },
    { methods: [...Object.values(startMethods), startFunction] },
  ]),
  (module) => inSourceOrder(startedIn(module)),
);

/** The trainings of a module, in source order. */
export const trainings: Query<Training> = query(
  wantedBy([trainersStarted, kerasFits, { packages: torchPackages, methods: ['backward'] }]),
  (module) => {
    const found: Training[] = [];
    if (module.text.includes('keras')) {
      for (const { call } of kerasFits.find(module)) found.push({ call, framework: 'keras', trainer: null });
    }
    found.push(...startedIn(module));
    if (importsTorch(module.text)) {
      for (const call of module.calls(['backward'])) {
        const isTraining = call.receiver !== null && module.repetitions(call.node).length > 0;
        if (isTraining) found.push({ call, framework: 'torch', trainer: null });
      }
    }
    return inSourceOrder(found);
  },
);

const importStatement = /^[ \t]*(?:from[ \t]+(\w+)|import[ \t]([^\n#;]{1,200}))/gm;
const importsTorch = (text: string): boolean =>
  [...text.matchAll(importStatement)].some(([, from, all = '']) =>
    (from === undefined ? all.split(',') : [from]).some((name) => torchPackages.includes(/\w+/.exec(name)?.[0] ?? '')),
  );

function startedIn(module: PythonModule): Training[] {
  return [
    ...[...lightningTrainers.find(module)].flatMap(({ call }) => startsOf(module, call, 'lightning')),
    ...[...huggingFaceTrainers.find(module)].flatMap(({ call }) => startsOf(module, call, 'transformers')),
  ];
}

function startsOf(module: PythonModule, trainer: Call, framework: keyof typeof startMethods): readonly Training[] {
  const method = startMethods[framework];
  const { methods, passedTo } = usesOf(module, trainer);
  const started = methods.filter(({ name }) => name === method).map(({ call }) => call);
  return [
    ...callsAmong(module, method, started),
    ...(framework === 'transformers' ? callsAmong(module, startFunction, passedTo) : []),
  ].map((call) => ({ call, framework, trainer }));
}

/** Those of some nodes that call something by this name. */
const callsAmong = (module: PythonModule, name: string, nodes: readonly Node[]): readonly Call[] =>
  nodes.length === 0 ? [] : module.calls([name]).filter(({ node }) => nodes.some(({ id }) => id === node.id));

const inSourceOrder = (found: readonly Training[]): readonly Training[] =>
  [...found].sort((a, b) => a.call.node.startIndex - b.call.node.startIndex);
