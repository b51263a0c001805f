import { defineRule } from '../engine/define';
import { together } from '../engine/query';
import { trainingArguments } from '../libraries/hugging-face/trainers';
import { subset } from '../libraries/subsets';
import { trainersStarted } from '../libraries/trainings';

export const fullDataDebugging = defineRule({
  id: 'full-data-debugging',
  practice: 6,
  severity: 'hint',
  inTests: false,
  summary: 'A training that always runs on all of its data, even for debugging.',
  details:
    'A training with Lightning or a Hugging Face trainer (Transformers, TRL, Sentence Transformers) that has no way to run on part of the data: no `fast_dev_run`, `limit_train_batches`, `max_steps`, `split="train[:1%]"`, `select`, `take` or debug switch. When a whole project is linted, only the first such training is reported.',
  why: 'During development, most runs fail or are thrown away. On a hundredth of the data, each of them costs about a hundredth.',
  remedy:
    'Lightning: `Trainer(fast_dev_run=True)` runs one batch of each loop, and `limit_train_batches=0.01` a hundredth of the data. Hugging Face: use `load_dataset(…, split="train[:1%]")` or `max_steps=20`. pandas: use `read_csv(…, nrows=10_000)`. Make it an option on the command line.',
  nonCompliant: [
    {
      code: `import lightning as L

trainer = L.Trainer(max_epochs=10)
trainer.fit(model, loader)
`,
      severity: 'hint',
    },
  ],
  compliant: [
    `import lightning as L

trainer = L.Trainer(max_epochs=10, fast_dev_run=args.fast)
trainer.fit(model, loader)
`,
  ],
  evidence: {
    item: 'subset-switch',
    contradicts: false,
    one: 'training that could be debugged on a subset',
    several: 'trainings that could be debugged on a subset',
  },
  oncePerProject: true,
  messages: {
    whole: ({ how }: { readonly how: string }) =>
      `This training always runs on all of its data. ${how} shows within a minute whether it works.`,
  },
  unless: subset,
}).on(together(trainersStarted), ([first], { module }) => {
  // Unpacked arguments may hold the switch.
  if (first === undefined || /\*\*/.test(first.trainer?.node.text ?? '')) return null;
  if (unpackedArguments.test(module.text) || [...trainingArguments.find(module)].some(({ args }) => !args.complete))
    return null;
  const [how, wayOut] =
    first.framework === 'lightning'
      ? ['Trainer(fast_dev_run=True)', 'one batch with fast_dev_run']
      : ['load_dataset(…, split="train[:1%]") or max_steps=20', '1 % with split="train[:1%]"'];
  return { node: first.call.node, message: 'whole', data: { how }, headline: 'always all data', wayOut };
});

const unpackedArguments = /\bTrainingArguments\(\s{0,9}\*\*/;
