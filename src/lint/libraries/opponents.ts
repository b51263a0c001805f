/**
 * Two networks that are trained against each other have losses that balance, and none by which to stop: what code calls them,
 * their losses and their optimizers.
 */
export const opponents =
  /\b(?:\w{0,20}discriminator\w{0,20}|net_?[DG]|(?:loss|err|optim|optimizer|opt)_?[DG]|[DGdg]_(?:loss|optimizer|optim|opt|err))\b/;
