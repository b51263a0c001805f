import type { Call, PythonModule } from '../../python/module';
import { kerasFits } from './keras/fits';
import { originOf } from '../origin';
import { lightningTrainers } from './lightning';
import { HF_TRAINERS } from '../rules/missing-early-stopping/frameworks';
import { usesOf } from '../uses';

/** Words by which a module may train a deep model; a rule that asks `trainings` must look for them. */
export const TRAINING_METHODS: readonly string[] = ['fit', 'fit_generator', 'train', 'backward'];
export const TRAINING_APIS: readonly string[] = ['lightning.Trainer', ...HF_TRAINERS];

/** A place where a module certainly trains a deep model. */
export interface Training {
  readonly call: Call;
  readonly framework: 'keras' | 'lightning' | 'transformers' | 'torch';
  /** The call that made the trainer; null where there is none. */
  readonly trainer: Call | null;
}

/** The trainings of a module, in source order. */
export function trainings(module: PythonModule): readonly Training[] {
  const found: Training[] = [];
  if (module.text.includes('keras'))
    for (const { call } of kerasFits(module)) found.push({ call, framework: 'keras', trainer: null });
  for (const trainer of lightningTrainers(module)) found.push(...startsOf(module, trainer, 'fit', 'lightning'));
  for (const trainer of module.calls(['Trainer', 'Seq2SeqTrainer'])) {
    if (HF_TRAINERS.includes(trainer.name ?? '')) found.push(...startsOf(module, trainer, 'train', 'transformers'));
  }
  if (/^[ \t]*(?:from|import)[ \t]+torch\b/m.test(module.text)) {
    for (const call of module.calls(['backward'])) {
      if (call.receiver !== null && module.repetitions(call.node).length > 0)
        found.push({ call, framework: 'torch', trainer: null });
    }
  }
  return found.sort((a, b) => a.call.node.startIndex - b.call.node.startIndex);
}

function startsOf(
  module: PythonModule,
  trainer: Call,
  method: string,
  framework: Training['framework'],
): readonly Training[] {
  const starts = usesOf(module, trainer).methods.filter(({ name }) => name === method);
  return starts.flatMap(({ call }) => {
    const found = module.calls([method]).find(({ node }) => node.id === call.id);
    return found === undefined ? [] : [{ call: found, framework, trainer }];
  });
}

/** True if a module works on a graphics card of its own accord: only then do its settings matter. */
export const usesCuda = (module: PythonModule): boolean => /\.cuda\(|["']cuda(?::\d+)?["']/.test(module.text);

/** True for an object that a library made. */
export const isFrom = (module: PythonModule, call: Call, prefix: string): boolean =>
  call.receiver !== null && originOf(module, call.receiver)?.startsWith(prefix) === true;
