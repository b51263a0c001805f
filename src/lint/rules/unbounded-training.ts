import { holdsInCode } from '../../python/comments';
import { matchesIn } from '../../python/kept-searches';
import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { contains, field } from '../../python/syntax';
import { toInteger, truth, type Value } from '../../python/values';
import { counted } from '../../present/words';
import { defineRule, type Judgement, type RuleContext } from '../engine/define';
import { inOrder, setArgument } from '../fixes/edits';
import {
  hasCallback,
  isTrial,
  lightningDefaultEpochs,
  lightningTrainers,
  type LightningTrainer,
} from '../libraries/lightning';
import { mayStopSearches, samplesEverything, studyRuns, type StudyRun } from '../libraries/optuna';
import { raySearches, type RaySearch } from '../libraries/ray';
import { wandbAgents, wandbSweeps, type WandbSweep } from '../libraries/wandb';
import type { Edit, Fix } from '../engine/rule';
import { usesOf } from '../engine/uses';

const messages = {
  endlessEpochs: 'max_epochs=-1 trains forever. Set max_epochs, max_steps or max_time.',
  defaultEpochs: `Nothing limits this training, so Lightning runs ${counted(lightningDefaultEpochs, 'epoch')}. Set max_epochs, max_steps or max_time.`,
  endlessSearch: 'Nothing limits this search: it runs trials until it is killed. Set n_trials or timeout.',
  endlessTrials: 'num_samples=-1 draws trials until they are stopped. Set a number, or time_budget_s.',
  endlessSweep: ({ method }: { readonly method: string }) =>
    `A ${method} sweep never ends by itself. Set run_cap here, or pass count to wandb.agent.`,
  sweepFile: ({ method }: { readonly method: string }) =>
    `A ${method} sweep never ends by itself. Set run_cap here, or pass --count to each wandb agent.`,
};

type FoundLoop = Judgement<typeof messages>;

export const unboundedTraining = defineRule({
  id: 'unbounded-training',
  practice: 2,
  severity: 'warning',
  summary: 'A training or search without a limit.',
  details: `Lightning: a fitted \`Trainer\` without \`max_epochs\`, \`max_steps\`, \`max_time\`, a \`Timer\` or an \`EarlyStopping\` runs ${lightningDefaultEpochs} epochs; \`max_epochs=-1\` runs forever.
Optuna: \`study.optimize\` without \`n_trials\` or \`timeout\` runs until it is killed, unless a callback, \`study.stop()\` or an exception that its caller waits for (\`except BudgetExceeded:\`) ends it.
Ray Tune: \`num_samples=-1\` without \`time_budget_s\` or anything else that stops the search.
W&B: a random or Bayesian sweep without \`run_cap\` or \`wandb.agent(count=…)\`.`,
  why: 'A run that nobody watches continues over nights and weekends. Practice 2 is to set an energy limit, and a limit of time or trials is the simplest one.',
  remedy: 'Limit the epochs, trials or hours.',
  nonCompliant: [
    {
      code: `import pytorch_lightning as pl

trainer = pl.Trainer(accelerator="gpu")
trainer.fit(model, loader)
`,
      severity: 'warning',
      estimate: { epochs: 1000 },
    },
    {
      code: `import optuna

study = optuna.create_study()
study.optimize(objective)
`,
      severity: 'warning',
    },
    {
      code: `import wandb

sweep = wandb.sweep({"method": "bayes", "parameters": {"lr": {"min": 0.0001, "max": 0.1}}})
wandb.agent(sweep, train)
`,
      severity: 'warning',
    },
  ],
  compliant: [
    `import lightning as L

trainer = L.Trainer(max_epochs=20)
trainer.fit(model, loader)
`,
    `import lightning as L

trainer = L.Trainer()
trainer.test(model, loader)
`,
    `import optuna

study = optuna.create_study(sampler=optuna.samplers.TPESampler())
study.optimize(objective, timeout=3600)
`,
    `import wandb

sweep = wandb.sweep({"method": "random", "parameters": {}})
wandb.agent(sweep, train, count=30)
`,
  ],
  evidence: {
    item: 'time-cap',
    contradicts: true,
    one: 'training or search without a limit',
    several: 'trainings or searches without a limit',
  },
  messages,
})
  .on(lightningTrainers, unboundedTrainer)
  .on(studyRuns, unboundedStudy)
  .on(raySearches, unboundedSearch)
  .on(wandbSweeps, unboundedSweep);

/** A fix that sets one argument of several calls; none if one of them cannot be changed where it is written. */
function limited(title: string, edits: readonly (Edit | null)[]): readonly Fix[] {
  const made = edits.filter((edit) => edit !== null);
  return made.length < edits.length ? [] : [{ title, safe: false, edits: inOrder(made) }];
}

function unboundedTrainer(trainer: LightningTrainer, { module }: RuleContext): FoundLoop | null {
  if (holdsInCode(module.text, /\bLightningCLI\b/)) return null;
  const { call, args } = trainer;
  if (!args.complete || isTrial(trainer) || isGiven(args.value('max_time'))) return null;
  const callbacks = args.value('callbacks');
  if (hasCallback(module, callbacks, 'Timer') !== false && mayHoldTimer(module, callbacks)) return null;
  // One that watches for improvement is a limit too. What is not known may hold one if the module makes it.
  const stops = hasCallback(module, callbacks, 'EarlyStopping');
  if (stops === true || (stops === null && holdsInCode(module.text, /\bEarlyStopping\s*\(/))) return null;
  const epochs = args.value('max_epochs');
  const isEndless = epochs !== null && toInteger(epochs) === -1;
  const steps = args.value('max_steps');
  const stepsGiven = isGiven(steps) && (steps === null || toInteger(steps) !== -1);
  if (stepsGiven || (isGiven(epochs) && !isEndless)) return null;
  const { methods, passedTo } = usesOf(module, call);
  // A trainer that only tests or predicts has no epochs. A function that gets the trainer may set a limit.
  const isRun = methods.some(({ name }) => name === 'fit' || name === 'tune') || isFitted(module, call);
  if (!isRun || passedTo.length > 0) return null;
  const fixes = limited('Set max_epochs=100', [setArgument(call.node, args, 'max_epochs', '100')]);
  return isEndless
    ? { node: call.node, message: 'endlessEpochs', headline: 'endless', wayOut: 'max_epochs', fixes }
    : {
        node: call.node,
        message: 'defaultEpochs',
        headline: counted(lightningDefaultEpochs, 'epoch'),
        wayOut: 'max_epochs',
        estimate: { epochs: lightningDefaultEpochs },
        fixes,
      };
}

/** True if a function of the module makes this trainer, and what it returns is fitted. */
function isFitted(module: PythonModule, trainer: Call): boolean {
  return module.calls(['fit']).some(({ receiver }) => {
    const value = receiver === null ? null : module.evaluate(receiver);
    return value?.kind === 'instance' && value.call.id === trainer.node.id;
  });
}

/** Unknown callbacks may hold a timer if the module mentions one, or makes them elsewhere. */
function mayHoldTimer(module: PythonModule, callbacks: Value | null): boolean {
  return (
    callbacks !== null &&
    (callbacks.kind === 'unknown' || /\bTimer\b/.test(module.text) || callbacks.kind === 'definition')
  );
}

/** True if a value other than None is given, known or not. */
const isGiven = (value: Value | null): boolean => value !== null && value.kind !== 'none';

function unboundedStudy(run: StudyRun, { module }: RuleContext): FoundLoop | null {
  const { optimize, args } = run;
  if (!args.complete || isGiven(args.value('n_trials')) || isGiven(args.value('timeout'))) return null;
  if (holdsInCode(module.text, mayStopSearches) || isEndedByError(module, optimize.node)) return null;
  const callbacks = args.value('callbacks');
  if (callbacks !== null && truth(callbacks) !== false) return null;
  // Samplers that know all of their points stop by themselves, and unknown ones might.
  if (samplesEverything(module, run) !== false) return null;
  const fixes = limited('Set n_trials=100', [setArgument(optimize.node, args, 'n_trials', '100')]);
  return { node: optimize.node, message: 'endlessSearch', headline: 'endless', wayOut: 'n_trials', fixes };
}

/** Exceptions that end a search on purpose: `BudgetExceededException`, `StopSearch`, not `StopIteration`. */
const endsOnPurpose =
  /\bexcept\b[^:\n]{0,120}?\b\w{0,40}(?:Budget|Stop(?!(?:Async)?Iteration)|MaxTrials|TrialLimit|OutOfTime)/g;

/** True if the caller of a search waits for an exception that ends it: what raises it may be in another file. */
function isEndedByError(module: PythonModule, search: Node): boolean {
  const owner = (module.place(search)?.scopes ?? []).find(({ type }) => type === 'function_definition');
  const name = owner === undefined ? undefined : field(owner, 'name')?.text;
  return matchesIn(module.text, endsOnPurpose).some(({ start }) => {
    let clause = module.root.descendantForIndex(start, start + 1);
    while (clause !== null && clause.type !== 'except_clause') clause = clause.parent;
    const tried = clause === null || clause.parent === null ? null : field(clause.parent, 'body');
    if (tried === null) return false;
    return (
      contains(tried, search) ||
      (name !== undefined && module.identifiersBetween(name, tried.startIndex, tried.endIndex).length > 0)
    );
  });
}

/** A search of Ray that draws without end. What stops it may also be a search algorithm with an end, or the run's own settings. */
function unboundedSearch({ call, samples, sampling, args }: RaySearch): FoundLoop | null {
  if (samples !== -1 || sampling === null || !args.complete || !sampling.args.complete) return null;
  const limits = ['time_budget_s', 'search_alg', 'stop', 'run_config', '_tuner_kwargs'];
  if (limits.some((name) => isGiven(args.value(name)) || isGiven(sampling.args.value(name)))) return null;
  const fixes = limited('Set num_samples=20', [setArgument(sampling.call.node, sampling.args, 'num_samples', '20')]);
  return { node: call.node, message: 'endlessTrials', headline: 'endless', wayOut: 'num_samples', fixes };
}

function unboundedSweep(
  { call, sweep: { method, cap }, isOpen }: WandbSweep,
  { module }: RuleContext,
): FoundLoop | null {
  // Without an agent here, the command line says how many runs there are.
  const agents = [...wandbAgents.find(module)];
  if (agents.length === 0 || agents.some(({ count }) => count !== null)) return null;
  if (isOpen || cap !== null || (method !== 'random' && method !== 'bayes')) return null;
  const edits = agents.map((agent) => setArgument(agent.call.node, agent.args, 'count', '20'));
  return {
    node: call.node,
    message: 'endlessSweep',
    data: { method },
    headline: 'endless',
    wayOut: 'count or run_cap',
    fixes: limited('Set count=20 in wandb.agent', edits),
  };
}
