import type { Call, PythonModule } from '../../python/module';
import { signature, type BoundArguments } from '../../python/signatures';
import { toInteger, toText, truth, type Value } from '../../python/values';
import { calls, query, type Query } from '../engine/query';

/** Read in lightning 2.6, `pytorch/trainer/trainer.py` and `loops/fit_loop.py`: everything is by name. */
const trainerClass = 'lightning.Trainer';
const trainerParameters = signature('*, max_epochs, max_steps, max_time, callbacks, fast_dev_run');
/** What a trainer without limits runs. */
export const lightningDefaultEpochs = 1000;
/** Read in lightning 2.6, `fabric/fabric.py`. */
const fabric: readonly string[] = ['lightning.Fabric', 'lightning.fabric.Fabric', 'lightning_fabric.Fabric'];
const byName = signature('*');

const trainers = calls([trainerClass]);

/** A trainer as it is set up. */
export interface LightningTrainer {
  readonly call: Call;
  readonly args: BoundArguments;
}

export const lightningTrainers: Query<LightningTrainer> = query(trainers, function* (module) {
  for (const call of trainers.find(module)) yield { call, args: module.bind(call, trainerParameters) };
});

const hosts = calls([trainerClass, ...fabric], { packages: ['lightning'] });

/** A `Trainer` or `Fabric`, which spreads a training over devices. */
interface LightningHost {
  readonly call: Call;
  /** Devices on each machine × machines; null if it is not known, or if they are no graphics cards. */
  readonly devices: number | null;
  /** True if only machines are counted. */
  readonly areMachines: boolean;
}

export const lightningHosts: Query<LightningHost> = query(hosts, function* (module) {
  for (const call of hosts.find(module)) {
    const args = module.bind(call, byName);
    const value = (name: string): Value | null => args.get(name)?.value ?? null;
    const accelerator = value('accelerator');
    // `gpus` of 1.x.
    const given = value('devices') ?? value('gpus');
    const nodes = value('num_nodes');
    const isOther = accelerator !== null && /^(?:cpu|tpu|mps)$/.test(toText(accelerator) ?? '');
    const devices = given === null ? (nodes === null ? null : 1) : deviceCount(given);
    const machines = nodes === null ? 1 : toInteger(nodes);
    yield {
      call,
      devices: isOther || devices === null || machines === null ? null : devices * machines,
      areMachines: given === null,
    };
  }
});

/** `8`, `"8"` and `[0, 1, 2, 3, 4, 5, 6, 7]`. */
function deviceCount(value: Value): number | null {
  if (value.kind === 'sequence') return value.length;
  const text = toText(value);
  return text !== null && /^\d+$/.test(text) ? Number(text) : toInteger(value);
}

/** The arguments for the strategy in different versions of Lightning, newest first. */
const strategies: readonly string[] = ['strategy', 'accelerator', 'distributed_backend'];

/** True if a trainer certainly uses this strategy. */
export function hasStrategy(module: PythonModule, { call }: LightningTrainer, strategy: string): boolean {
  const args = module.bind(call, byName);
  return strategies.some((name) => toText(args.get(name)?.value ?? { kind: 'none' }) === strategy);
}

/** True if a trainer certainly asks for a GPU. */
export function asksForGpu(module: PythonModule, trainer: Call): boolean {
  const given = module.bind(trainer, byName);
  const gpus = given.get('gpus');
  return (
    given.complete &&
    (/gpu|cuda/.test(given.get('accelerator')?.node?.text ?? '') || (gpus !== null && truth(gpus.value) === true))
  );
}

/** Whether one of the callbacks is of this class; null if that is not known. */
export function hasCallback(module: PythonModule, callbacks: Value | null, name: string): boolean | null {
  if (callbacks === null || callbacks.kind === 'none') return false;
  const items = callbacks.kind === 'sequence' ? callbacks.items : callbacks.kind === 'instance' ? [callbacks] : null;
  if (items === null) return null;
  const names = items.map((item) => module.callOf(item)?.name ?? null);
  if (names.some((each) => each?.endsWith(`.${name}`) === true)) return true;
  return names.every((each) => each?.startsWith('lightning.callbacks.') === true) ? false : null;
}

/** True if this is or may be a debug run, whose limits do not matter. */
export function isTrial({ args }: LightningTrainer): boolean {
  const fastDevRun = args.value('fast_dev_run');
  return fastDevRun !== null && truth(fastDevRun) !== false;
}

/** What shows that callbacks may come from the module or from the command line. */
export const lightningMayStop = /\b(?:configure_callbacks|LightningCLI)\b|\bEarlyStopping\s*\(/;

/** The methods that a trainer calls without gradients. */
export const evaluationStep = /^(?:validation|test|predict)_step$/;
