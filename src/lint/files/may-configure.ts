/** Sweeps, trainings and machines are configured by hand; longer files are data. */
const longest = 200_000;

/** False only if a YAML text certainly configures nothing that we know. It is called for every YAML file, so it must be fast. */
export function mayConfigure(text: string): boolean {
  return text.length <= longest && (mayBeSweep(text) || mayBeTraining(text) || mayBeMachine(text));
}

const mayBeSweep = (text: string): boolean =>
  /^["']?method["']?[ \t]*:.*\b(?:grid|random|bayes)\b/m.test(text) && /^["']?parameters["']?[ \t]*:/m.test(text);

const mayBeTraining = (text: string): boolean =>
  (/^base_model[ \t]*:/m.test(text) && /^(?:micro_batch_size|sequence_len|num_epochs|rl)[ \t]*:/m.test(text)) ||
  (/^model_name_or_path[ \t]*:/m.test(text) &&
    /^(?:stage|num_generations|reward_funcs|num_train_epochs)[ \t]*:/m.test(text));

const mayBeMachine = (text: string): boolean =>
  /^\$schema[ \t]*:.*\b(?:amlCompute|managedOnlineDeployment)\.schema\.json\b/im.test(text) ||
  (/^type[ \t]*:[ \t]*["']?amlcompute\b/m.test(text) && /^size[ \t]*:/m.test(text));
