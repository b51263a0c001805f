import type { Call } from '../../../python/module';
import { signature } from '../../../python/signatures';
import { calls, query, type Query } from '../../engine/query';

const tensorDataset = 'torch.utils.data.TensorDataset';
const loaders = calls(['torch.utils.data.DataLoader'], { related: [tensorDataset] });
/** Read in torch 2.9, `utils/data/dataloader.py`: the parameters by position. */
const loaderParameters = signature('dataset, batch_size, shuffle, sampler, batch_sampler, num_workers');

/** What gives a training its batches. */
interface TorchLoader {
  readonly call: Call;
  /** True if `num_workers` is certainly left out: batches are then prepared by the process that trains. */
  readonly omitsWorkers: boolean;
  /** True if its data is certainly tensors in memory. */
  readonly isInMemory: boolean;
}

export const torchLoaders: Query<TorchLoader> = query(loaders, function* (module) {
  for (const call of loaders.find(module)) {
    const args = module.bind(call, loaderParameters);
    const dataset = args.get('dataset');
    yield {
      call,
      omitsWorkers: args.omits('num_workers'),
      isInMemory: dataset !== null && module.callOf(dataset.value)?.name === tensorDataset,
    };
  }
});
