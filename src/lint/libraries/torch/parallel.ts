import { calls } from '../../engine/query';

/** The names that `DataParallel` can be imported by in torch 2. */
export const dataParallelWrappers = calls([
  'torch.nn.DataParallel',
  'torch.nn.parallel.DataParallel',
  'torch.nn.parallel.data_parallel.DataParallel',
  'torch.nn.parallel.data_parallel',
  'torch.nn.parallel.data_parallel.data_parallel',
]);
