import type { Call, PythonModule } from '../../python/module';
import { signature } from '../../python/signatures';
import { truth, type Value } from '../../python/values';

/** Read in lightning 2.6, `pytorch/trainer/trainer.py`: everything is by name. */
export const LIGHTNING_TRAINER = 'lightning.Trainer';
export const TRAINER_PARAMETERS = signature('*, max_epochs, max_steps, max_time, callbacks, fast_dev_run');

/** Whether one of the callbacks is of this class; null if that is not known. */
export function hasCallback(module: PythonModule, callbacks: Value | null, name: string): boolean | null {
  if (callbacks === null || callbacks.kind === 'none') return false;
  const items = callbacks.kind === 'sequence' ? callbacks.items : callbacks.kind === 'instance' ? [callbacks] : null;
  if (items === null) return null;
  const names = items.map((item) => module.callOf(item)?.name ?? null);
  if (names.some((each) => each?.endsWith(`.${name}`) === true)) return true;
  return names.every((each) => each?.startsWith('lightning.callbacks.') === true) ? false : null;
}

/** True if a debug run or something else makes the trainer's limits not matter. */
export function isTrial(fastDevRun: Value | null): boolean {
  return fastDevRun !== null && truth(fastDevRun) !== false;
}

/** The trainers of a module. */
export function lightningTrainers(module: PythonModule): readonly Call[] {
  return module.calls(['Trainer']).filter(({ name }) => name === LIGHTNING_TRAINER);
}
