import type { Call, PythonModule } from '../../../python/module';
import { signature } from '../../../python/signatures';
import { toInteger, toText } from '../../../python/values';

const ofPipeline = signature('task, model');

/** Whether a call of `pipeline` makes one of Transformers for these tasks that has no batch size and is not kept on the CPU. */
export function isPipelineFor(tasks: RegExp, module: PythonModule, call: Call): boolean {
  if (call.name !== 'transformers.pipeline') return false;
  const args = module.bind(call, ofPipeline);
  const task = args.get('task');
  const device = args.get('device');
  const isOnCpu = device !== null && (toText(device.value) === 'cpu' || toInteger(device.value) === -1);
  return !isOnCpu && args.get('batch_size') === null && task !== null && tasks.test(toText(task.value) ?? '');
}
