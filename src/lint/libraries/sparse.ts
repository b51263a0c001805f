/**
 * What stands in code that uses sparse networks: mixtures of experts, and pruning with TensorFlow's model optimization toolkit
 * or `torch.nn.utils.prune`.
 */
export const sparseNetworks: readonly string[] = [
  'MixtureOfExperts',
  'SwitchTransformer',
  'prune_low_magnitude',
  'global_unstructured',
  'l1_unstructured',
  String.raw`Mixtral\w*`,
];
