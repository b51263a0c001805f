import { toDigits } from '../../present/words';
import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { defineRule } from '../engine/define';
import { importBefore, meaningOf } from '../engine/imported-names';
import { together } from '../engine/query';
import { staysBelow } from '../../project/versions';
import type { Edit } from '../engine/rule';
import { addArgument, replaceNode } from '../fixes/edits';
import { weightsForPrediction } from '../libraries/hugging-face/loaded-weights';

export const fullPrecisionInference = defineRule({
  id: 'full-precision-inference',
  practice: null,
  severity: 'information',
  inTests: false,
  summary: 'A large model that predicts on a GPU with 32 bits for each weight.',
  details: `A pipeline of Diffusers that goes to a GPU without \`torch_dtype\`, or with \`torch.float32\`: it holds its weights in float32. With Transformers 4, the same for models that generate text; Transformers 5 takes the precision of the checkpoint.
The version is read from \`uv.lock\`, \`poetry.lock\`, \`requirements.txt\` or \`pyproject.toml\`, of the nearest folder with such a file, and from \`pip install\` in the notebook. Without a version below 5, and without a size in the model's name (\`7b\`), models of Transformers are not reported.
Not reported: another precision that is given, a remark beside it, later conversions (\`half()\`), automatic mixed precision, quantized weights, files that train, models with code of their own (\`trust_remote_code\`), and pipelines whose parts were loaded separately.`,
  why: `Half the bits are half the memory to hold and to read, and GPUs calculate several times as fast with them. Stable Diffusion on a Titan RTX took 3.61 s for a picture instead of 9.50 s
([documentation of Diffusers](https://huggingface.co/docs/diffusers/v0.24.0/optimization/fp16)). A model that writes text reads all of its weights for each token, so its time follows their size.`,
  remedy:
    'Load the weights with `torch_dtype=torch.float16`, or `torch.bfloat16` on GPUs since Ampere and for models such as Flux. With Transformers 4, `torch_dtype="auto"` takes the precision of the checkpoint.',
  nonCompliant: [
    {
      code: `import torch
from diffusers import StableDiffusionPipeline

pipe = StableDiffusionPipeline.from_pretrained("stable-diffusion-v1-5/stable-diffusion-v1-5")
pipe = pipe.to("cuda")
image = pipe("a forest").images[0]
`,
      severity: 'information',
      fixed: `import torch
from diffusers import StableDiffusionPipeline

pipe = StableDiffusionPipeline.from_pretrained("stable-diffusion-v1-5/stable-diffusion-v1-5", torch_dtype=torch.float16)
pipe = pipe.to("cuda")
image = pipe("a forest").images[0]
`,
    },
  ],
  compliant: [
    `import torch
from diffusers import StableDiffusionPipeline

pipe = StableDiffusionPipeline.from_pretrained("stable-diffusion-v1-5/stable-diffusion-v1-5", torch_dtype=torch.float16)
pipe = pipe.to("cuda")
image = pipe("a forest").images[0]
`,
    `from diffusers import StableDiffusionPipeline

pipe = StableDiffusionPipeline.from_pretrained("stable-diffusion-v1-5/stable-diffusion-v1-5")
image = pipe("a forest").images[0]
`,
  ],
  messages: {
    pictures:
      'Diffusers loads these weights in float32. torch_dtype=torch.float16 halves their memory, and took Stable Diffusion on a Titan RTX from 9.5 s to 3.6 s.',
    asked:
      'This runs the pipeline in float32. torch_dtype=torch.float16 halves its memory, and took Stable Diffusion on a Titan RTX from 9.5 s to 3.6 s; torch.bfloat16 if pictures turn black.',
    sized: ({ billions }: { readonly billions: number }) =>
      `Transformers 4 loads these weights in float32: about ${toDigits(4 * billions, 2)} GB for ${billions} billion parameters, as the name says. torch_dtype="auto" takes the precision of the checkpoint, for most models half of that.`,
  },
  unless:
    /\bbackward\s*\(|\bautocast\b|Trainer\b|set_default_dtype|optimizer\.step|\.half\(\)|load_in_[48]bit|init_inference|set_default_tensor_type|\.to\(\s{0,9}(?:dtype\s{0,9}=\s{0,9})?torch\.b?float16/,
}).on(together(weightsForPrediction), function* (loads, { module, requirement }) {
  const seen = new Set<string>();
  for (const { call, library, asked, billions } of loads) {
    if (library === 'transformers') {
      const version = requirement('transformers');
      if (version === null || !staysBelow(version, '5') || !/\.generate\s*\(/.test(module.text)) continue;
      // Small models are often kept in float32, and a name does not always tell.
      if (billions === null) continue;
    }
    // A notebook that shows variations loads the same model again and again.
    const model = call.node.text;
    if (seen.has(model)) continue;
    seen.add(model);
    const value =
      library === 'transformers' ? '"auto"' : /Flux|StableDiffusion3/.test(model) ? 'torch.bfloat16' : 'torch.float16';
    const edits = [
      library === 'transformers' ? [] : torchImport(module, call.node),
      asked === null ? addArgument(call.node, `torch_dtype=${value}`) : replaceNode(asked, value),
    ];
    yield {
      node: call.node,
      ...(library === 'diffusers'
        ? { message: asked === null ? ('pictures' as const) : ('asked' as const) }
        : { message: 'sized' as const, data: { billions: billions ?? 0 } }),
      headline: billions === null ? null : `${toDigits(4 * billions, 2)} GB in float32`,
      wayOut: billions === null ? null : `${toDigits(2 * billions, 2)} GB in half precision`,
      estimate: billions === null ? null : { gigabytes: 4 * billions },
      fixes: edits.includes(null)
        ? []
        : [{ title: `Set torch_dtype=${value}`, safe: false, edits: edits.flatMap((each) => each ?? []) }],
    };
  }
});

/** What lets a place say `torch`; null if the name means something else there. */
function torchImport(module: PythonModule, user: Node): readonly Edit[] | null {
  const meaning = meaningOf(module, 'torch', user);
  if (meaning.kind !== 'free') return meaning.kind === 'library' && meaning.name === 'torch' ? [] : null;
  const edit = importBefore(module, 'diffusers', 'import torch', user);
  return edit === null ? null : [edit];
}
