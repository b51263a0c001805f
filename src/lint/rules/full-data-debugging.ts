import { defineRule } from '../engine/define';
import { trainersStarted } from '../libraries/trainings';
import { together } from '../engine/query';

/** What lets a program run on a part of its data, whatever the library. */
const subsets =
  /\b(?:fast_dev_run|limit_(?:train|val|test)_batches|overfit_batches|max_(?:train|eval)_samples|max_steps|subset|Subset|sample|nrows|debug|DEBUG|smoke|dry_run|dryrun|streaming|take|LightningCLI)\b|\[:\s*\d|\.select\(/;

export const fullDataDebugging = defineRule({
  id: 'full-data-debugging',
  practice: 6,
  severity: 'hint',
  summary: 'A training that can only run on all of its data, so that every try costs a whole one.',
  details: `The first training with Lightning or the Trainer of Hugging Face in a file that has no way to run on a part of the data: no \`fast_dev_run\`, \`limit_train_batches\`, \`max_steps\`, \`split="train[:1%]"\`, \`select\`, \`take\` or a debug switch.`,
  why: `Most runs of a program under development end in an error or are thrown away. On one hundredth of the data each of them costs one hundredth.`,
  remedy: `Lightning: \`Trainer(fast_dev_run=True)\` runs one batch of each loop, \`limit_train_batches=0.01\` a hundredth. Hugging Face: \`load_dataset(…, split="train[:1%]")\` or \`max_steps=20\`. pandas: \`read_csv(…, nrows=10_000)\`. Keep the switch on the command line.`,
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
    one: 'place where a subset could be used',
    several: 'places where a subset could be used',
  },
  messages: {
    whole: ({ how }: { readonly how: string }) =>
      `Every try of this training runs on all of its data. ${how} tells within a minute whether it runs at all.`,
  },
  unless: subsets,
}).on(together(trainersStarted), ([first]) => {
  // Arguments that are unpacked may hold the switch.
  if (first === undefined || /\*\*/.test(first.trainer?.node.text ?? '')) return null;
  const how =
    first.framework === 'lightning'
      ? 'Trainer(fast_dev_run=True)'
      : 'load_dataset(…, split="train[:1%]") or max_steps=20';
  return { node: first.call.node, message: 'whole', data: { how }, headline: 'debug on a part of the data' };
});
