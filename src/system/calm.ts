import { setFlagsFromString } from 'node:v8';

/** Modules are loaded by then, and V8 has not tidied the memory yet. */
const settledMilliseconds = 2000;

/**
 * Beside a meter that sleeps, V8 costs as much as the samples: in the first minute it tidies the memory three times, by
 * marking in steps, and optimises what runs once a second, which pays only beside a command that prints thousands of
 * lines. V8 complains about flags that it does not know, so none are set for versions that have not been tried. It
 * accepts no cached code while a flag differs, Node's own included, so they are set late.
 */
function calm(): void {
  const [version = ''] = process.versions.v8.split('.');
  if (!['11', '12', '13'].includes(version)) return;
  setFlagsFromString('--no-incremental-marking');
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString(version === '11' ? '--interrupt-budget=4000000' : '--invocation-count-for-turbofan=60000');
}

/**
 * Calms a process that does nothing but measure, once it has started.
 * @param before called just before, while cached code can still be written
 */
export function calmWhenSettled(before: () => void): void {
  setTimeout(() => {
    before();
    calm();
  }, settledMilliseconds).unref();
}
