import type { Call, PythonModule } from '../../python/module';
import { signature } from '../../python/signatures';
import { isScope } from '../../python/syntax';
import { toInteger, truth } from '../../python/values';
import { defineRule, type Judgement } from '../engine/define';
import { calls, together } from '../engine/query';
import { large } from '../../present/words';

const linear = 'torch.nn.Linear';
const linearParameters = signature('in_features, out_features, bias');
/** The first parameters of PyTorch's layers by position; not checked against the source. */
const layers: readonly string[] = ['torch.nn.TransformerEncoderLayer', 'torch.nn.TransformerDecoderLayer'];
const layerParameters = signature('d_model, nhead, dim_feedforward');
const defaultWidth = 2048;

const messages = {
  block: ({ parameters }: { readonly parameters: number }) =>
    `Every token passes through all ${large(parameters)} parameters of this feed-forward block. At scale, a mixture of experts uses a part of them.`,
};

export const denseFeedForward = defineRule({
  id: 'dense-feed-forward',
  practice: 17,
  severity: 'information',
  enabled: false,
  summary: 'A wide feed-forward block whose every parameter works on every token: a candidate for sparse experts.',
  details: `PyTorch: \`TransformerEncoderLayer\`, \`TransformerDecoderLayer\`, and a pair of \`nn.Linear\` in one class or function that widens and narrows again (d to at least 2d and back), from 4 million parameters on. The number is that of one block.`,
  why: `Two thirds of a transformer's parameters stand in its feed-forward blocks, and each token passes through all of them. Large sparse networks reach the accuracy of dense ones with less than a tenth of the energy ([Patterson et al. 2021](https://arxiv.org/abs/2104.10350)).`,
  remedy: `For models trained from scratch at scale: a mixture of experts, where a router sends each token through one or two of many narrower blocks. For smaller ones prune after training, and above all do not train from scratch.`,
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
    parameters: { default: 4_000_000, unit: 'parameters', meaning: 'a block of so many parameters is reported' },
  },
  messages,
})
  .on(calls(layers), (call, { module, threshold }) => {
    const parameters = blockOfLayer(module, call);
    return parameters === null || parameters < threshold('parameters') ? null : block(call, parameters);
  })
  .on(together(calls([linear])), function* (found, { module, threshold }) {
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
  /** The function, class or module that it stands in. */
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

/** The parameters of the feed-forward block in a layer of PyTorch; null if a size is not known. */
function blockOfLayer(module: PythonModule, call: Call): number | null {
  const args = module.bind(call, layerParameters);
  const size = toInteger(args.value('d_model') ?? { kind: 'unknown' });
  const width = args.omits('dim_feedforward')
    ? defaultWidth
    : toInteger(args.value('dim_feedforward') ?? { kind: 'unknown' });
  const biases = args.omits('bias') ? true : truth(args.value('bias') ?? { kind: 'unknown' });
  if (size === null || width === null || biases === null) return null;
  return 2 * size * width + (biases ? size + width : 0);
}
