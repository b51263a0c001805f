import type { Call } from '../../../python/module';
import { signature } from '../../../python/signatures';
import { toInteger, truth } from '../../../python/values';
import { calls, query, type Query } from '../../engine/query';

/** Read in torch 2.14, `nn/modules/linear.py`. */
export const linear = 'torch.nn.Linear';
export const linearLayers = calls([linear]);
export const linearParameters = signature('in_features, out_features, bias');

/** Both classes begin with the same parameters. Read in torch 2, `nn/modules/transformer.py`. */
const transformerLayers = calls(['torch.nn.TransformerEncoderLayer', 'torch.nn.TransformerDecoderLayer']);
const transformerParameters = signature('d_model, nhead, dim_feedforward');
const defaultWidth = 2048;

/** A transformer layer of PyTorch, which holds one feed-forward block. */
interface FeedForwardLayer {
  readonly call: Call;
  /** Parameters of the feed-forward block; null if a size is not known. */
  readonly parameters: number | null;
}

export const feedForwardLayers: Query<FeedForwardLayer> = query(transformerLayers, function* (module) {
  for (const call of transformerLayers.find(module)) {
    const args = module.bind(call, transformerParameters);
    const size = toInteger(args.value('d_model') ?? { kind: 'unknown' });
    const width = args.omits('dim_feedforward')
      ? defaultWidth
      : toInteger(args.value('dim_feedforward') ?? { kind: 'unknown' });
    const biases = args.omits('bias') ? true : truth(args.value('bias') ?? { kind: 'unknown' });
    yield {
      call,
      parameters:
        size === null || width === null || biases === null ? null : 2 * size * width + (biases ? size + width : 0),
    };
  }
});

/** Sizes of the vocabularies of GPT-2, BERT, RoBERTa, XLM-R, T5, Llama 1 to 3, Mistral, Qwen, Gemma and CLIP. */
export const knownVocabularies: ReadonlySet<number> = new Set([
  50257, 50304, 30522, 28996, 119547, 50265, 250002, 32000, 32100, 32128, 250112, 128256, 131072, 151936, 152064,
  256000, 262144, 49408,
]);
