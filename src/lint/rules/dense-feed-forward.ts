import type { Call, PythonModule } from '../../python/module';
import { isScope } from '../../python/syntax';
import { toInteger, truth } from '../../python/values';
import { large } from '../../present/words';
import { defineRule, type Judgement } from '../engine/define';
import { together } from '../engine/query';
import { feedForwardLayers, linearLayers, linearParameters } from '../libraries/torch/layers';

const messages = {
  block: ({ parameters }: { readonly parameters: number }) =>
    `Every token passes through all ${large(parameters)} parameters of this feed-forward block. In a large model, a mixture of experts uses only a part of them for each token.`,
};

export const denseFeedForward = defineRule({
  id: 'dense-feed-forward',
  practice: 17,
  severity: 'information',
  enabled: false,
  summary:
    'A wide feed-forward block that applies all of its parameters to every token, where sparse experts could help.',
  details:
    'PyTorch: `TransformerEncoderLayer`, `TransformerDecoderLayer`, and a pair of `nn.Linear` in one class or function that widens to at least twice the size and narrows back, with 4 million parameters or more. The number is that of one block.',
  why: `Two thirds of a transformer's parameters are in its feed-forward blocks, and every token passes through all of them. Large sparse networks reach the accuracy of dense ones with less than a tenth of the energy ([Patterson et al. 2021](https://arxiv.org/abs/2104.10350)).`,
  remedy:
    'For large models that you train from scratch, use a mixture of experts: a router sends each token through one or two of many narrower blocks. Prune smaller models after training, and above all, do not train them from scratch.',
  nonCompliant: [
    {
      code: `from torch import nn

layer = nn.TransformerEncoderLayer(d_model=1024, nhead=16, dim_feedforward=4096)
`,
      severity: 'information',
      estimate: { parameters: 8393728 },
    },
    {
      code: `from torch import nn


class FeedForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Linear(1024, 4096)
        self.down = nn.Linear(4096, 1024)
`,
      severity: 'information',
      estimate: { parameters: 8393728 },
    },
  ],
  compliant: [
    `from torch import nn

layer = nn.TransformerEncoderLayer(d_model=256, nhead=8, dim_feedforward=1024)
`,
    `from torch import nn

classifier = nn.Sequential(nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 10))
`,
  ],
  evidence: { item: 'sparse-considered', contradicts: false, one: 'large dense network' },
  thresholds: {
    parameters: {
      default: 4_000_000,
      unit: 'parameters',
      meaning: 'a block with at least this many parameters is reported',
    },
  },
  messages,
})
  .on(feedForwardLayers, ({ call, parameters }, { threshold }) =>
    parameters === null || parameters < threshold('parameters') ? null : block(call, parameters),
  )
  .on(together(linearLayers), function* (found, { module, threshold }) {
    const linears = found.flatMap((call) => linearOf(module, call) ?? []);
    for (const up of linears) {
      if (up.outputs < 2 * up.inputs) continue;
      const down = linears.find(
        (each) =>
          each.scope === up.scope &&
          each.inputs === up.outputs &&
          each.outputs === up.inputs &&
          each.call.node.startIndex > up.call.node.startIndex,
      );
      const parameters = down === undefined ? null : up.parameters + down.parameters;
      if (parameters !== null && parameters >= threshold('parameters')) yield block(up.call, parameters);
    }
  });

const block = (call: Call, parameters: number): Judgement<typeof messages> => ({
  node: call.node,
  message: 'block',
  data: { parameters },
  estimate: { parameters },
});

interface Linear {
  readonly call: Call;
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: number;
  /** The function, class or module around it. */
  readonly scope: number | null;
}

function linearOf(module: PythonModule, call: Call): Linear | null {
  const args = module.bind(call, linearParameters);
  const inputs = toInteger(args.value('in_features') ?? { kind: 'unknown' });
  const outputs = toInteger(args.value('out_features') ?? { kind: 'unknown' });
  const bias = args.omits('bias') ? true : truth(args.value('bias') ?? { kind: 'unknown' });
  if (inputs === null || outputs === null || bias === null) return null;
  const scope = module.place(call.node)?.ancestors.find(isScope)?.id ?? null;
  return { call, inputs, outputs, parameters: inputs * outputs + (bias ? outputs : 0), scope };
}
