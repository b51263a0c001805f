/** Callbacks of Keras that save the model on the way (Keras 3.15). */
export const kerasSavers: readonly string[] = ['ModelCheckpoint', 'BackupAndRestore', 'OrbaxCheckpoint'];

/** What saves a training on the way, or resumes from what was saved, whatever the library. */
export const savers: readonly string[] = [
  ...kerasSavers,
  'WandbModelCheckpoint',
  'save_weights',
  'save_checkpoint',
  'resume_from_checkpoint',
  'checkpoint_s3_uri',
];

/** Arguments that keep the best weights instead of the last ones: Keras 3.15, transformers 5.23, Lightning 2.6. */
export const bestWeights: readonly string[] = [
  ...['restore_best_weights', 'save_best_only', 'load_best_model_at_end'].map((name) => String.raw`${name}\s*=\s*True`),
  'save_top_k',
];
