import assert from 'node:assert/strict';
import type { Finding } from '../../../src/lint/engine/findings';
import { Linter } from '../../../src/lint/engine/linter';
import { defaultConfig, settingsFor } from '../../../src/lint/engine/settings';
import { allRules } from '../../../src/lint/rules';
import { loadParser } from '../../python/support';
import { fixed, lintCells, lintWith } from '../support';

const diffusers = 'from diffusers import DiffusionPipeline, DDPMPipeline\n';
const load = 'pipe = DiffusionPipeline.from_pretrained("m")\n';
const transformers = 'from transformers import AutoModelForCausalLM\n';
const writer = (name: string, more = ''): string =>
  `${transformers}model = AutoModelForCausalLM.from_pretrained("${name}", device_map="auto"${more})\nmodel.generate(ids)\n`;
const found = (code: string): Promise<readonly Finding[]> => lintWith('full-precision-inference', code);

describe('full-precision-inference', () => {
  const cases: readonly string[] = [
    `${diffusers}${load}pipe.to("cuda")\npipe("a")\n`,
    `${diffusers}pipe = DiffusionPipeline.from_pretrained("m").to("cuda")\n`,
    `${diffusers}${load}pipe = pipe.to("mps")\n`,
    `${diffusers}${load}pipe.enable_model_cpu_offload()\n`,
    `${diffusers}device = "cuda" if torch.cuda.is_available() else "cpu"\n${load}pipe.to(device)\n`,
    `${diffusers}pipe = DiffusionPipeline.from_pretrained("m", device_map="cuda")\n`,
    `${diffusers}class Maker:\n    def load(self):\n        self.pipe = DiffusionPipeline.from_pretrained("m")\n        self.pipe.to("cuda")\n`,
    `${diffusers}if torch.cuda.is_available():\n    ${load}pipe.to("cuda")\n`,
    `${diffusers}${load}def answer():\n    pipe.to("cuda")\n`,
  ];
  for (const code of cases) {
    it(`reports ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(
        (await found(code)).map(({ severity }) => severity),
        ['information'],
      );
    });
  }

  it('reports 32 bits that are asked for, and changes them', async () => {
    const code = `import torch\n${diffusers}pipe = DiffusionPipeline.from_pretrained("m", torch_dtype=torch.float32).to("cuda")\n`;
    const [finding, ...more] = await found(code);
    assert.ok(finding);
    assert.deepEqual(more, []);
    assert.match(finding.message, /^This runs the pipeline in float32/);
    assert.equal(fixed(code, finding), code.replace('torch.float32', 'torch.float16'));
    for (const other of [
      code.replace('torch.float32', 'torch.float32 if old else torch.float16'),
      code.replace('.to("cuda")', ''),
      code.replace('torch_dtype', '# float16 gives black pictures\n    torch_dtype'),
      code.replace('torch.float32', 'precision'),
      `${transformers}model = AutoModelForCausalLM.from_pretrained("m-7b", torch_dtype=torch.float32).to("cuda")\nmodel.generate(ids)\n`,
    ])
      assert.deepEqual(await found(other), [], other);
  });

  it('reports a model once, however often a notebook loads it', async () => {
    assert.equal((await found(`${diffusers}${load}pipe.to("cuda")\n${load}pipe.to("cuda")\n`)).length, 1);
  });

  const silent: readonly string[] = [
    `${diffusers}pipe = DiffusionPipeline.from_pretrained("m", dtype=torch.float16).to("cuda")\n`,
    `${diffusers}${load}pipe.unet.to(torch.float16)\npipe.to("cuda")\n`,
    `${diffusers}pipe = DiffusionPipeline.from_pretrained("m", **options).to("cuda")\n`,
    `${diffusers}pipe = DiffusionPipeline.from_pretrained("m", unet=unet).to("cuda")\n`,
    `${diffusers}pipe = DiffusionPipeline.from_pretrained("m").to("cuda", torch.float16)\n`,
    `${diffusers}${load}pipe = pipe.to(torch.bfloat16)\npipe.to("cuda")\n`,
    `${diffusers}${load}pipe.to("cuda").half()\n`,
    `${diffusers}${load}pipe.load_components(torch_dtype=torch.bfloat16)\npipe.to("cuda")\n`,
    // Nothing says that there is a GPU.
    `${diffusers}${load}pipe("a")\n`,
    `${diffusers}${load}pipe.to("cpu")\nprint("cuda")\n`,
    `${diffusers}${load}pipe = other\npipe.to("cuda")\n`,
    // It trains, or calculates in another precision than its weights have.
    `${diffusers}${load}pipe.to("cuda")\nloss.backward()\n`,
    `${diffusers}${load}pipe.to("cuda")\nwith torch.autocast("cuda"):\n    pipe("a")\n`,
    // Only where there is no GPU, or in another precision.
    `${diffusers}if torch.cuda.is_available():\n    pipe = DiffusionPipeline.from_pretrained("m", torch_dtype=half)\nelse:\n    ${load}pipe.to(device="cuda")\n`,
    `${diffusers}if device == "cpu":\n    ${load}pipe.to("cuda")\n`,
    `${diffusers}if a:\n    b()\nelif device == "cuda":\n    c()\nelse:\n    ${load}pipe.to("cuda")\n`,
    `${diffusers}pipe = other if args.fp16 else DiffusionPipeline.from_pretrained("m")\npipe.to("cuda")\n`,
    // Other objects of the name.
    `${diffusers}${load}def move(pipe):\n    pipe.to("cuda")\n`,
    `${diffusers}def make():\n    ${load}    return pipe\ndef move():\n    pipe = other()\n    pipe.to("cuda")\n`,
    `${diffusers}${load}x.pipe.to("cuda")\n`,
    `${diffusers}${load}show(pipe="a").to("cuda")\n`,
    `${diffusers}class A:\n    def load(self):\n        self.pipe = DiffusionPipeline.from_pretrained("m")\nclass B:\n    def go(self):\n        self.pipe.to("cuda")\n`,
    // Small, and without a text.
    `${diffusers}pipe = DDPMPipeline.from_pretrained("m").to("cuda")\n`,
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found(code), []);
    });
  }

  it('imports torch for its fix', async () => {
    const code = `${diffusers}pipe = DiffusionPipeline.from_pretrained("m").to("cuda")\n`;
    const [finding] = await found(code);
    assert.ok(finding);
    assert.equal(
      fixed(code, finding),
      `import torch\n${diffusers}pipe = DiffusionPipeline.from_pretrained("m", torch_dtype=torch.float16).to("cuda")\n`,
    );
    const other = `torch = lamp()\n${code}`;
    assert.deepEqual((await found(other))[0]?.fixes, []);
  });

  describe('with Transformers', () => {
    const asked: readonly (readonly [requirement: string | undefined, findings: number])[] = [
      [undefined, 0],
      ['==4.41.2', 1],
      ['4.41.2', 1],
      ['^4.41', 1],
      ['~=4.40', 1],
      ['>=4.30,<5', 1],
      ['<5.0.0', 1],
      ['<=4.57.1', 1],
      ['>=4.30', 0],
      ['!=4.38.0', 0],
      ['>=4.30,<6', 0],
      ['<5.1', 0],
      ['==5.0.0', 0],
      ['@ git+https://github.com/huggingface/transformers', 0],
    ];
    for (const [requirement, findings] of asked) {
      it(`reports ${findings} where the project asks for ${requirement ?? 'any version'}`, async () => {
        const requirements = requirement === undefined ? {} : { transformers: requirement };
        const all = await lintWith('full-precision-inference', writer('m-7b'), { requirements });
        assert.equal(all.length, findings);
      });
    }

    it('reads the version that a notebook or a script asks for itself', async () => {
      const cells = (install: string): Promise<readonly Finding[]> =>
        lintCells([install, writer('m-7b')], { select: ['full-precision-inference'] });
      assert.equal((await cells('!pip install -q "transformers==4.41.2" datasets')).length, 1);
      assert.equal((await cells('%pip install transformers[torch]>=4.30,<4.50')).length, 1);
      assert.equal((await cells('!pip install transformers')).length, 0);
      assert.equal((await cells('!pip install sentence-transformers==4.1.0')).length, 0);
      assert.equal((await cells('# !pip install transformers==4.41.2')).length, 0);
      assert.equal((await cells('!pip install transformers==4.41.2\n!pip install -U transformers')).length, 0);
      assert.equal((await cells('%%writefile requirements.txt\ntransformers==4.41.2')).length, 1);
      const script = `# /// script\n# dependencies = ["transformers==4.41.2"]\n# ///\n${writer('m-7b')}`;
      assert.equal((await found(script)).length, 1);
    });

    it('looks up once what a notebook asks for', async () => {
      const lookedUp: string[] = [];
      const settings = settingsFor(allRules, { ...defaultConfig, select: ['full-precision-inference'] }, 'a.ipynb');
      const linter = new Linter(await loadParser(), allRules);
      linter.lintCells([{ index: 0, source: `${writer('m-7b')}${writer('n-7b')}` }], {
        ...settings,
        requirement(name) {
          lookedUp.push(name);
          return null;
        },
      });
      assert.deepEqual(lookedUp, ['transformers']);
    });

    it('says how large the weights are if the name says how many there are', async () => {
      const sizes = async (name: string): Promise<unknown> =>
        (await lintWith('full-precision-inference', writer(name), { requirements: { transformers: '<5' } }))[0]
          ?.estimate;
      assert.deepEqual(await sizes('meta-llama/Llama-2-7b-hf'), { gigabytes: 28 });
      assert.deepEqual(await sizes('Qwen/Qwen2.5-0.5B-Instruct'), { gigabytes: 2 });
      // Nobody knows how large these are, and small ones may well stay as they are.
      assert.equal(await sizes('mistralai/Mixtral-8x7B-v0.1'), undefined);
      assert.equal(await sizes('gpt2'), undefined);
    });

    it('is silent on weights of fewer bits, and on models that are moved or converted', async () => {
      const requirements = { transformers: '<5' };
      for (const name of ['TheBloke/Llama-2-7B-GPTQ', 'openai/gpt-oss-20b', 'unsloth/gemma-2-9b-bnb-4bit'])
        assert.deepEqual(await lintWith('full-precision-inference', writer(name), { requirements }), [], name);
      const converted = writer('m-7b').replace('model.generate', 'model = model.bfloat16()\nmodel.generate');
      assert.deepEqual(await lintWith('full-precision-inference', converted, { requirements }), []);
      const nowhere = writer('m-7b').replace('device_map="auto"', 'device_map=None');
      assert.deepEqual(await lintWith('full-precision-inference', nowhere, { requirements }), []);
    });

    it('is silent on weights that are quantized, and on code that comes with them', async () => {
      for (const more of [', quantization_config=config', ', load_in_8bit=True', ', trust_remote_code=True'])
        assert.deepEqual(
          await lintWith('full-precision-inference', writer('m-7b', more), { requirements: { transformers: '<5' } }),
          [],
        );
    });
  });
});
