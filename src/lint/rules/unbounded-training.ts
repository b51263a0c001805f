import type { Call, PythonModule } from '../../python/module';
import { signature } from '../../python/signatures';
import { toInteger, truth, type Value } from '../../python/values';
import { defineRule } from '../define';
import { inOrder, setArgument } from '../edits';
import type { Edit, Fix, Report } from '../rule';
import { STUDY_MAKERS, studyRuns } from '../libraries/optuna';
import { readSweep, WANDB_AGENT, WANDB_SWEEP } from './grid-search/wandb';
import { hasCallback, isTrial, LIGHTNING_TRAINER, lightningTrainers, TRAINER_PARAMETERS } from '../libraries/lightning';
import { usesOf } from '../uses';

/** What a Lightning trainer without limits runs; read in lightning 2.6, `pytorch/trainer/trainer.py` and `loops/fit_loop.py`. */
const LIGHTNING_DEFAULT_EPOCHS = 1000;

export const unboundedTraining = defineRule({
  id: 'unbounded-training',
  practice: 2,
  severity: 'warning',
  summary: 'A training or a search that nothing ends.',
  details: `Lightning: a \`Trainer\` with none of \`max_epochs\`, \`max_steps\`, \`max_time\` or a \`Timer\` that is fitted runs ${LIGHTNING_DEFAULT_EPOCHS} epochs without a word; \`max_epochs=-1\` runs for ever.
Optuna: \`study.optimize\` with neither \`n_trials\` nor \`timeout\` runs until it is killed, unless a callback or \`study.stop()\` ends it.
W&B: a random or Bayesian sweep with neither \`run_cap\` nor \`wandb.agent(count=…)\`.`,
  why: `A run that nobody watches goes on over nights and weekends. Setting an energy limit is practice 2, and a limit of time or trials is the simplest one.`,
  remedy: `Say how many epochs, trials or hours it may take.`,
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
  apis: [LIGHTNING_TRAINER, WANDB_SWEEP, 'wandb.agent'],
  methods: ['optimize', 'fit'],
  related: STUDY_MAKERS,
  packages: ['lightning', 'optuna', 'wandb'],
  check(module, context) {
    for (const find of [unboundedTrainers, unboundedStudies, unboundedSweeps]) {
      for (const report of find(module)) context.report(report);
    }
  },
});

const report = (
  call: Call,
  message: string,
  headline: string,
  fixes: readonly Fix[],
  epochs: number | null = null,
): Report => ({
  node: call.node,
  severity: 'warning',
  message,
  headline,
  estimate: epochs === null ? null : { epochs },
  fixes,
});

/** A fix that sets one argument of some calls; none if one of them cannot be changed where it is written. */
function limited(title: string, edits: readonly (Edit | null)[]): readonly Fix[] {
  const made = edits.filter((edit) => edit !== null);
  return made.length < edits.length ? [] : [{ title, safe: false, edits: inOrder(made) }];
}

function* unboundedTrainers(module: PythonModule): Generator<Report> {
  if (module.text.includes('LightningCLI')) return;
  for (const call of lightningTrainers(module)) {
    const args = module.bind(call, TRAINER_PARAMETERS);
    if (!args.complete || isTrial(args.value('fast_dev_run')) || isGiven(args.value('max_time'))) continue;
    if (
      hasCallback(module, args.value('callbacks'), 'Timer') !== false &&
      mayHoldTimer(module, args.value('callbacks'))
    )
      continue;
    const epochs = args.value('max_epochs');
    const endless = epochs !== null && toInteger(epochs) === -1;
    const steps = args.value('max_steps');
    const stepsGiven = isGiven(steps) && (steps === null || toInteger(steps) !== -1);
    if (stepsGiven || (isGiven(epochs) && !endless)) continue;
    const { methods, passedTo } = usesOf(module, call);
    // A trainer that only tests or predicts has no epochs; one that others are given may be told more.
    if (
      !(methods.some(({ name }) => name === 'fit' || name === 'tune') || isFitted(module, call)) ||
      passedTo.length > 0
    )
      continue;
    const fixes = limited('Set max_epochs=100', [setArgument(call.node, args, 'max_epochs', '100')]);
    yield endless
      ? report(call, 'max_epochs=-1 trains for ever. Give max_epochs, max_steps or max_time.', 'endless', fixes)
      : report(
          call,
          `Nothing limits this training, so Lightning runs ${LIGHTNING_DEFAULT_EPOCHS} epochs. Give max_epochs, max_steps or max_time.`,
          `${LIGHTNING_DEFAULT_EPOCHS} epochs`,
          fixes,
          LIGHTNING_DEFAULT_EPOCHS,
        );
  }
}

/** True if a function of the module makes this trainer, and what it returns is fitted. */
function isFitted(module: PythonModule, trainer: Call): boolean {
  return module.calls(['fit']).some(({ receiver }) => {
    const value = receiver === null ? null : module.evaluate(receiver);
    return value?.kind === 'instance' && value.call.id === trainer.node.id;
  });
}

/** Callbacks that are not known may hold a timer, where the module speaks of one or builds them elsewhere. */
function mayHoldTimer(module: PythonModule, callbacks: Value | null): boolean {
  return (
    callbacks !== null &&
    (callbacks.kind === 'unknown' || /\bTimer\b/.test(module.text) || callbacks.kind === 'definition')
  );
}

/** True if a value other than None is given, known or not. */
const isGiven = (value: Value | null): boolean => value !== null && value.kind !== 'none';

function* unboundedStudies(module: PythonModule): Generator<Report> {
  if (/\.stop\(\)|MaxTrialsCallback/.test(module.text)) return;
  for (const { optimize, args, settings } of studyRuns(module)) {
    if (!args.complete || isGiven(args.value('n_trials')) || isGiven(args.value('timeout'))) continue;
    const callbacks = args.value('callbacks');
    if (callbacks !== null && truth(callbacks) !== false) continue;
    // Samplers that know all of their points stop by themselves, and unknown ones may.
    const sampler = settings.value('sampler');
    const samplerCall = sampler === null ? null : module.callOf(sampler);
    if (
      sampler !== null &&
      sampler.kind !== 'none' &&
      (samplerCall === null || /GridSampler|BruteForceSampler/.test(samplerCall.name ?? 'GridSampler'))
    )
      continue;
    yield report(
      optimize,
      'Nothing ends this search: it runs trials until it is killed. Give n_trials or timeout.',
      'endless',
      limited('Set n_trials=100', [setArgument(optimize.node, args, 'n_trials', '100')]),
    );
  }
}

const SWEEP = signature('sweep, entity, project');

function* unboundedSweeps(module: PythonModule): Generator<Report> {
  // Without an agent here, the command line says how many runs there are.
  const agents = module.calls(['agent']).filter(({ name }) => name === 'wandb.agent');
  if (agents.length === 0 || agents.some((agent) => isGiven(module.bind(agent, WANDB_AGENT).value('count')))) return;
  for (const call of module.calls(['sweep'])) {
    if (call.name !== WANDB_SWEEP) continue;
    const config = module.bind(call, SWEEP).value('sweep');
    const sweep = config?.kind === 'dict' && !config.open ? readSweep(config) : null;
    if (sweep === null || sweep.cap !== null || (sweep.method !== 'random' && sweep.method !== 'bayes')) continue;
    const fixes = limited(
      'Set count=20 in wandb.agent',
      agents.map((agent) => setArgument(agent.node, module.bind(agent, WANDB_AGENT), 'count', '20')),
    );
    yield report(
      call,
      `A ${sweep.method} sweep has no end of its own. Give run_cap here, or count to wandb.agent.`,
      'endless',
      fixes,
    );
  }
}
