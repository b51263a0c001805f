/** Callbacks of Keras that save the model on the way (Keras 3.15). */
export const kerasSavers: readonly string[] = ['ModelCheckpoint', 'BackupAndRestore', 'OrbaxCheckpoint'];

/** What saves a training on the way, or goes on from what was saved, whatever the library. */
export const savers: readonly string[] = [
  ...kerasSavers,
  'WandbModelCheckpoint',
  'save_weights',
  'save_checkpoint',
  'resume_from_checkpoint',
  'checkpoint_s3_uri',
];
