import type { Call, PythonModule } from '../../python/module';
import { called, query, wantedBy, type Query } from '../engine/query';
import { usesOf } from '../engine/uses';
import { kerasFits } from './keras/fits';
import { lightningTrainers } from './lightning';
import { transformersTrainers } from './transformers';

/** A place where a module certainly trains a deep model. */
export interface Training {
  readonly call: Call;
  readonly framework: 'keras' | 'lightning' | 'transformers' | 'torch';
  /** The call that made the trainer; null where there is none. */
  readonly trainer: Call | null;
}

const startMethods = { lightning: 'fit', transformers: 'train' } as const;

/** The trainings of a module that a trainer runs, in source order. */
export const trainersStarted: Query<Training> = query(
  wantedBy([
    { ...lightningTrainers, also: [called([startMethods.lightning])] },
    { ...transformersTrainers, also: [called([startMethods.transformers])] },
    { methods: Object.values(startMethods) },
  ]),
  (module) => inSourceOrder(startedIn(module)),
);

/** The trainings of a module, in source order. */
export const trainings: Query<Training> = query(
  wantedBy([trainersStarted, kerasFits, { packages: ['torch'], methods: ['backward'] }]),
  (module) => {
    const found: Training[] = [];
    if (module.text.includes('keras')) {
      for (const { call } of kerasFits.find(module)) found.push({ call, framework: 'keras', trainer: null });
    }
    found.push(...startedIn(module));
    if (/^[ \t]*(?:from|import)[ \t]+torch\b/m.test(module.text)) {
      for (const call of module.calls(['backward'])) {
        const isTraining = call.receiver !== null && module.repetitions(call.node).length > 0;
        if (isTraining) found.push({ call, framework: 'torch', trainer: null });
      }
    }
    return inSourceOrder(found);
  },
);

function startedIn(module: PythonModule): Training[] {
  return [
    ...[...lightningTrainers.find(module)].flatMap(({ call }) => startsOf(module, call, 'lightning')),
    ...[...transformersTrainers.find(module)].flatMap(({ call }) => startsOf(module, call, 'transformers')),
  ];
}

function startsOf(module: PythonModule, trainer: Call, framework: keyof typeof startMethods): readonly Training[] {
  const method = startMethods[framework];
  const starts = usesOf(module, trainer).methods.filter(({ name }) => name === method);
  return starts.flatMap(({ call }) => {
    const found = module.calls([method]).find(({ node }) => node.id === call.id);
    return found === undefined ? [] : [{ call: found, framework, trainer }];
  });
}

const inSourceOrder = (found: readonly Training[]): readonly Training[] =>
  [...found].sort((a, b) => a.call.node.startIndex - b.call.node.startIndex);
