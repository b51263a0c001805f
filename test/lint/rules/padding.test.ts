import assert from 'node:assert/strict';
import type { Requirements } from '../../../src/project/requirements';
import { lintWith } from '../support';

/** `severity figure` of each finding, and `row` where there are several. */
async function found(rule: string, code: string): Promise<readonly string[]> {
  const findings = await lintWith(rule, code);
  return findings.map(({ severity, estimate }) => `${severity} ${Object.values(estimate ?? {}).join()}`.trim());
}

const trains = 'from transformers import *\nTrainer(model, args).train()\n';

const sft = (args: string): string =>
  `from trl import SFTTrainer\nfrom transformers import TrainingArguments\nSFTTrainer(m, args=TrainingArguments("o", ${args}))\n`;

describe('unpacked-fine-tuning', () => {
  it('knows the arguments of Transformers, which older versions took', async () => {
    assert.deepEqual(await found('unpacked-fine-tuning', sft('per_device_train_batch_size=4')), ['hint 4']);
    assert.deepEqual(await found('unpacked-fine-tuning', sft('per_device_train_batch_size=1')), []);
  });
});

describe('constant-padding', () => {
  const pads = (length: number, field = 'text'): string =>
    `def f(b):\n    inputs = tokenizer(b["${field}"], truncation=True, padding="max_length", max_length=${length})\n    return tokenizer(b["summary"], padding="max_length", max_length=128)\ndata = data.map(f)\n`;
  const isFound = async (code: string): Promise<boolean> =>
    (await lintWith('constant-padding', trains + code)).length > 0;

  it('is silent where all documents of a data set are longer than the length', async () => {
    const bills =
      'path = "E:/data/billsum"\ntry:\n    data = load_from_disk(path)\nexcept Exception:\n    data = load_dataset("billsum")\n';
    assert.deepEqual([await isFound(bills + pads(512)), await isFound(bills + pads(2048))], [false, true]);
    const long = ['ccdv/pubmed-summarization', 'ccdv/govreport-summarization', 'big_patent', 'multi_news'];
    for (const name of long) assert.equal(await isFound(`data = load_dataset("${name}")\n${pads(512)}`), false, name);
    for (const name of ['xsum', 'samsum', 'cnn_dailymail', 'me/not-billsum'])
      assert.equal(await isFound(`data = load_dataset("${name}")\n${pads(512)}`), true, name);
    // Another data set may have short texts.
    assert.equal(await isFound(`data = load_dataset("billsum")\nmore = load_dataset(name)\n${pads(512)}`), true);
  });

  it('is silent on texts that are written in the code', async () => {
    const rows = 'rows = [\n    {"text": "It rains."},\n    {"text": "It snows."},\n]\n';
    const save = 'with open("rows.jsonl", "w") as f:\n    json.dump(rows, f)\n';
    const made = 'texts = {"text": ["It rains.", "It snows."], "label": [0, 1]}\ndata = Dataset.from_dict(texts)\n';
    const again = 'data.save_to_disk("own")\ndata = load_from_disk("own")\n';
    assert.deepEqual(
      [
        await isFound(`${rows}${save}data = Dataset.from_json("rows.jsonl")\n${pads(512)}`),
        await isFound(`${rows}${save}data = Dataset.from_json("others.jsonl")\n${pads(512)}`),
        await isFound(made + pads(512)),
        await isFound(made + again + pads(512)),
        await isFound(`${made}data = load_dataset("imdb")\n${pads(512)}`),
        await isFound(`data = Dataset.from_dict({"text": texts})\n${pads(512)}`),
      ],
      [false, true, false, false, true, true],
    );
  });

  it('is silent where a collator cuts each batch to its longest text', async () => {
    const collator = (longest: string): string =>
      `def data_collator(batch):\n    ids, masks = columns(batch)\n    longest = ${longest}\n    return {"input_ids": ids[:, :longest], "attention_mask": masks[:, :longest]}\n`;
    assert.equal(await isFound(collator('max(sum(x) for x in masks)') + pads(512)), false);
    assert.equal(await isFound(collator('256') + pads(512)), true);
  });

  const cases: readonly (readonly [string, readonly string[]])[] = [
    [`def f(b):\n    return tokenizer(b["text"], padding="max_length", max_length=128)`, ['information 128']],
    [`size = 2 * 64\ndef f(b):\n    return tok(b["text"], padding="max_length", max_length=size)`, ['information 128']],
    [`def f(b):\n    return tokenizer(b["text"], padding="max_length")`, ['information']],
    // Texts that are longer than this are cut.
    [
      `load_dataset("ccdv/pubmed-summarization")\ndef f(b):\n    return tokenizer(b["text"], padding="max_length", max_length=512)`,
      [],
    ],
    [
      `load_dataset("billsum")\ndef f(b):\n    return tokenizer(b["text"], padding="max_length", max_length=4096)`,
      ['information 4096'],
    ],
    [`def f(b):\n    return tokenizer(labels, padding="max_length", max_length=64)`, []],
    [`def f(b, n):\n    return tokenizer(b["text"], padding="max_length", max_length=n)`, ['information']],
    // The length is known from the calls.
    [`def f(b, n):\n    return tokenizer(b["text"], padding="max_length", max_length=n)\nf(b, 64)`, ['information 64']],
    [
      `def f(b, n):\n    return tokenizer(b["text"], padding="max_length", max_length=n)\nf(b, 64)\nf(b, 99)`,
      ['information'],
    ],
    [
      `class Reviews(Dataset):\n    def __init__(self, texts, labels, size):\n        self.texts, self.labels = texts, labels\n        self.size = size\n    def __getitem__(self, at):\n        return tokenizer(self.texts[at], padding="max_length", max_length=self.size), self.labels[at]\nSIZE = 64\na = Reviews(t, l, SIZE)\nb = Reviews(v, m, size=64)`,
      ['information 64'],
    ],
    [
      `class Reviews(Dataset):\n    def __init__(self, texts, labels, size = 99):\n        self.texts, self.labels = texts, labels\n        self.size = size\n    def __getitem__(self, at):\n        return tokenizer(self.texts[at], padding="max_length", max_length=self.size), self.labels[at]\na = Reviews(t, l)`,
      ['information 99'],
    ],
    [
      `class Reviews(Dataset):\n    def __init__(self, texts, labels, size):\n        self.texts, self.labels = texts, labels\n        self.size = size\n    def __getitem__(self, at):\n        return tokenizer(self.texts[at], padding="max_length", max_length=self.size), self.labels[at]\na = Reviews(t, l, 64)\nb = Reviews(v, m, size)`,
      ['information'],
    ],
    [
      `class Reviews(Dataset):\n    def __init__(self, texts, labels, size):\n        self.texts, self.labels = texts, labels\n        self.size = size\n    def __getitem__(self, at):\n        return tokenizer(self.texts[at], padding="max_length", max_length=self.size), self.labels[at]\na = Reviews(t, l, 8)\nb = Reviews(v, m, 16)`,
      [],
    ],
    [`def f(b):\n    return tokenizer.encode_plus(b, pad_to_max_length=True, max_length=64)`, ['information 64']],
    // One for each function, and one for the rest of the module.
    [
      `def f(b):\n    x = tokenizer(b["a"], padding="max_length", max_length=64)\n    y = tokenizer(b["b"], padding="max_length", max_length=99)\n    return x, y`,
      ['information 64'],
    ],
    [
      `a = a.map(lambda b: tokenizer(b["a"], padding="max_length"))\nb = b.map(lambda b: tokenizer(b["b"], padding="max_length"))`,
      ['information'],
    ],
    // The call that pads what the model gets, not the one that counts.
    [
      `def f(b):\n    prompt, labels = split(b)\n    both_labels = [prompt[0] + labels[0]]\n    both = tokenizer(both_labels, padding="max_length", max_length=512)\n    source = tokenizer(prompt, padding="max_length", max_length=99)\n    n = source.input_ids[0].ne(pad).sum().item()\n    return both, n`,
      ['information 512'],
    ],
    [
      `def f(b):\n    a = tokenizer(b["a"], padding="max_length", max_length=99)\n    n = len(a["input_ids"])\n    x = tokenizer(b["x"], padding="max_length", max_length=64)\n    return x, n`,
      ['information 64'],
    ],
    [
      `def f(b):\n    a = tokenizer(b["a"], padding="max_length", max_length=99)\n    return a, a["input_ids"].shape[1]`,
      ['information 99'],
    ],
    // Only one length makes texts and answers alike.
    [
      `model = AutoModelForCausalLM.from_pretrained(m)\ndef f(b):\n    x = tokenizer(b["q"], padding="max_length", max_length=128)\n    y = tokenizer(b["a"], padding="max_length", max_length=128)\n    labels = y["input_ids"]\n    return {"input_ids": x["input_ids"], "labels": labels}`,
      [],
    ],
    [
      `model = GPT2LMHeadModel.from_pretrained(m)\ndef f(b):\n    model_inputs = tokenizer(b["q"], padding="max_length", max_length=128)\n    answers = tokenizer(b["a"], padding="max_length", max_length=128)\n    model_inputs["labels"] = answers["input_ids"]\n    return model_inputs`,
      [],
    ],
    [
      `model = AutoModelForSeq2SeqLM.from_pretrained(m)\ndef f(b):\n    x = tokenizer(b["q"], padding="max_length", max_length=128)\n    y = tokenizer(b["a"], padding="max_length", max_length=128)\n    x["labels"] = y["input_ids"]\n    return x`,
      ['information 128'],
    ],
    [
      `model = AutoModelForCausalLM.from_pretrained(m)\ndef f(b):\n    x = tokenizer(b["q"], padding="max_length", max_length=128)\n    x["labels"] = x["input_ids"].copy()\n    return x`,
      ['information 128'],
    ],
    [`x = tokenizer(list(frame.text), padding="max_length", max_length=64)`, ['information 64']],
    [`x = tokenizer(sentence, padding="max_length", max_length=64)`, []],
    [
      `def generate_and_tokenize_prompt(b):\n    return tokenizer(text(b), padding="max_length", max_length=64)\ndata = data.map(generate_and_tokenize_prompt)`,
      ['information 64'],
    ],
    [
      `def generate_and_tokenize_prompt(b):\n    return tokenizer(text(b), padding="max_length", max_length=64)\ndata = data.map(lambda b: generate_and_tokenize_prompt(b), num_proc=4)`,
      ['information 64'],
    ],
    [
      `def generate(prompt):\n    return model(tokenizer(prompt, padding="max_length", max_length=64))\nprint(generate(p))`,
      [],
    ],
    [`x = tokenizer("A dog.", padding="max_length", max_length=64)`, []],
    [`x = tokenizer(["A dog.", "A cat."], padding="max_length", max_length=64)`, []],
    [`def f(a, b):\n    return tokenizer([a, b], padding="max_length", max_length=64)`, []],
    [`import torch_neuronx\ndef f(b):\n    return tokenizer(b["text"], padding="max_length", max_length=64)`, []],
    [
      `from optimum.neuron import NeuronTrainer\ndef f(b):\n    return tokenizer(b["text"], padding="max_length", max_length=64)`,
      [],
    ],
    [`import tensorflow as tf\ndef f(b):\n    return tokenizer(b, padding="max_length", max_length=64)`, []],
    [`def f(b):\n    return tokenizer(b, padding="max_length", max_length=32)`, []],
    [`def f(b):\n    return tokenizer(b, padding="longest", max_length=64)`, []],
    [`def f(b):\n    return tokenizer(b, padding=True, max_length=64)`, []],
    [`def f(b):\n    return tokenizer(b, padding=args.padding, max_length=64)`, []],
    [`def predict(b):\n    return tokenizer(b, padding="max_length", max_length=64)`, []],
    [`def f(b):\n    return image_processor(b["image"], padding="max_length", return_tensors="pt")`, []],
    [`def f(b):\n    return processor(images=b["image"], padding="max_length", return_tensors="pt")`, []],
    [
      `def f(b):\n    return processor(b["image"], b["words"], padding="max_length", max_length=512)`,
      ['information 512'],
    ],
    [`def f(b):\n    return tokenizer.pad(b, padding="max_length", max_length=n)`, []],
    [`def f(b):\n    return tokenizer.pad(b, padding="max_length", max_length=512)`, ['information 512']],
    [`import torch_xla\ndef f(b):\n    return tokenizer(b, padding="max_length", max_length=64)`, []],
    [`args = TrainingArguments(torch_compile=True)\ndef f(b):\n    return tokenizer(b, padding="max_length")`, []],
    // A comment says why, or the model takes one length only.
    [
      `def f(b):\n    # must have the same length on all ranks\n    return tokenizer(b, padding="max_length", max_length=64)`,
      [],
    ],
    [
      `def f(b):\n    # Tokens of a batch\n    return tokenizer(b, padding="max_length", max_length=64)`,
      ['information 64'],
    ],
    [`model = ReformerModel(c)\ndef f(b):\n    return tokenizer(b, padding="max_length", max_length=64)`, []],
    [`model = CLIPModel(c)\ndef f(b):\n    return tokenizer(b["caption"], padding="max_length", max_length=77)`, []],
    [`def prepare_validation_features(b):\n    return tokenizer(b, padding="max_length", max_length=384)`, []],
    [`from diffusers import UNet2DModel\ndef f(b):\n    return tokenizer(b, padding="max_length")`, []],
  ];
  for (const [code, expected] of cases) {
    it(`finds ${JSON.stringify(expected)} in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found('constant-padding', `${trains}${code}\n`), expected);
    });
  }

  it('knows a function that creates a data set with labels, whose training is in another file', async () => {
    const made = (name: string, labels = 'tokens["labels"] = labels'): string =>
      `from torch.utils.data import Dataset\ndef ${name}(rows, train_phase, tokenizer):\n    kept = []\n    for row in rows:\n        tokens = tokenizer(row["text"], padding="max_length", max_length=512)\n        ${labels}\n        kept.append(tokens)\n    return kept\n`;
    for (const name of ['create_dataset_split', 'build_dataset', 'make_sft_datasets'])
      assert.deepEqual(await found('constant-padding', made(name)), ['information 512'], name);
    assert.deepEqual(await found('constant-padding', made('collect_dataset_names')), []);
    assert.deepEqual(await found('constant-padding', made('create_dataset', 'pass')), []);
  });

  it('knows a data set with labels, whose training is in another file', async () => {
    const data = (name: string, more: string): string =>
      `import transformers\nfrom torch.utils.data import Dataset\nclass ${name}(Dataset):\n    def __getitem__(self, i):\n        x = self.tokenizer(self.texts[i], padding="max_length", max_length=128)\n        return x${more}\n`;
    const trained = 'train = Reviews(texts)\n';
    assert.deepEqual(await found('constant-padding', data('Reviews', ', {"labels": y}') + trained), [
      'information 128',
    ]);
    assert.deepEqual(await found('constant-padding', data('Pairs', ', {"rejected_ids": y}') + trained), [
      'information 128',
    ]);
    assert.deepEqual(await found('constant-padding', data('Reviews', ', {"labels": y}')), []);
    assert.deepEqual(await found('constant-padding', data('Reviews', '') + trained), []);
    const plain = data('Reviews', ', {"labels": y}').replace('(Dataset)', '');
    assert.deepEqual(await found('constant-padding', plain + trained), ['information 128']);
    assert.deepEqual(await found('constant-padding', data('ReviewsTest', ', {"labels": y}') + trained), []);
  });

  it('is silent where nothing is trained', async () => {
    const code =
      'from transformers import *\ndef f(b):\n    return tokenizer(b, padding="max_length", max_length=128)\n';
    assert.deepEqual(await found('constant-padding', code), []);
  });

  it('says what it knows of the length', async () => {
    const said = async (length: string) =>
      (
        await lintWith(
          'constant-padding',
          `${trains}def f(b, n):\n    return tokenizer(b, padding="max_length"${length})\n`,
        )
      )
        .map(({ message }) => message.split(', and')[0])
        .join();
    assert.equal(await said(', max_length=1024'), 'Every text is padded to 1,024 tokens');
    assert.equal(await said(', max_length=n'), 'Every text is padded to the same length');
    assert.equal(await said(''), 'Every text is padded to the longest length that the model takes');
  });
});

describe('unpacked-fine-tuning', () => {
  const trl = 'from trl import SFTConfig, SFTTrainer\n';
  const flash = 'model = load("m", attn_implementation="flash_attention_2")\n';
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [`${trl}SFTTrainer(m, args=SFTConfig("o"), train_dataset=d)`, ['hint 8']],
    [`${trl}SFTTrainer(m, SFTConfig("o", per_device_train_batch_size=2), train_dataset=d)`, ['hint 2']],
    [`${trl}${flash}SFTTrainer(model, args=SFTConfig("o"), train_dataset=d)`, ['information 8']],
    [`${trl}SFTTrainer(m, args=SFTConfig("o", per_device_train_batch_size=1))`, []],
    [`${trl}SFTTrainer(m, args=SFTConfig("o", per_device_train_batch_size=size))`, []],
    [`${trl}SFTTrainer(m, args=SFTConfig("o", per_device_train_batch_size=cfg.get("batch_size", 4)))`, ['hint 4']],
    [`${trl}SFTTrainer(m, args=SFTConfig("o", per_device_train_batch_size=cfg["train"].get("size", 1)))`, []],
    [`${trl}SFTTrainer(m, args=SFTConfig("o", per_device_train_batch_size=cfg.get("batch_size")))`, []],
    [
      `${trl}class Cfg:\n    SIZE = 4\nSFTTrainer(m, args=SFTConfig("o", per_device_train_batch_size=Cfg.SIZE))`,
      ['hint 4'],
    ],
    [
      `${trl}parser.add_argument("--size", type=int, default=2)\nargs = parser.parse_args()\nSFTTrainer(m, args=SFTConfig("o", per_device_train_batch_size=args.size))`,
      ['hint 2'],
    ],
    [`${trl}SFTTrainer(m, args=SFTConfig("o", packing=True))`, []],
    // Switched off: a hint, unless a comment says why, little is padded, or nothing would be packed.
    [`${trl}SFTTrainer(m, args=SFTConfig("o", packing=False))`, ['hint 8']],
    [`${trl}SFTTrainer(m, args=SFTConfig("o", packing=False, per_device_train_batch_size=2))`, []],
    [`${trl}args = SFTConfig("o",\n  packing=False,  # texts must stay separate\n)\nSFTTrainer(m, args=args)`, []],
    [`${trl}SFTTrainer(m, args=SFTConfig("o", dataset_kwargs={"skip_prepare_dataset": True}))`, []],
    [`${trl}SFTTrainer(m, args=SFTConfig("o"), max_seq_length=512)`, []],
    [`${trl}SFTTrainer(m, args=SFTConfig("o", padding_free=True))`, []],
    [`${trl}SFTTrainer(m, args=SFTConfig("o", padding_free=False))`, ['hint 8']],
    [`${trl}SFTTrainer(m, args=SFTConfig("o", **more))`, []],
    [`${trl}SFTTrainer(m, args=SFTConfig("o", train_sampling_strategy="group_by_length"))`, []],
    [`${trl}SFTTrainer(m, args=SFTConfig("o", group_by_length=True))`, []],
    [`${trl}SFTTrainer(m, args=SFTConfig("o"), data_collator=collate)`, []],
    [`${trl}SFTTrainer(m, args=SFTConfig("o"), packing=True)`, []],
    [`${trl}class Mine(SFTTrainer): pass\nMine(m, args=SFTConfig("o"))`, []],
    [`${trl}import unsloth\nSFTTrainer(m, args=SFTConfig("o"))`, []],
    [`${trl}from transformers import AutoProcessor\nSFTTrainer(m, args=SFTConfig("o"))`, []],
    [`${trl}m = Qwen2VLForConditionalGeneration()\nSFTTrainer(m, args=SFTConfig("o"))`, []],
    [`${trl}d = d.map(lambda e: {"image": load(e)})\nSFTTrainer(m, args=SFTConfig("o"))`, []],
    ['from trl import DPOConfig, DPOTrainer\nDPOTrainer(m, args=DPOConfig("o"))', []],
  ];
  for (const [code, expected] of cases) {
    it(`finds ${JSON.stringify(expected)} in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found('unpacked-fine-tuning', `${code}\n`), expected);
    });
  }
});

describe('unpacked-fine-tuning', () => {
  const code = 'from trl import SFTConfig, SFTTrainer\nSFTTrainer("m", args=SFTConfig("o"), train_dataset=train)\n';
  const told = async (requirements: Requirements): Promise<string | undefined> =>
    (await lintWith('unpacked-fine-tuning', code, { requirements }))[0]?.message;

  it('advises what the version of the project has', async () => {
    assert.match((await told({})) ?? '', /"flash_attention_2" \(TRL 0\.19 and newer\) fills/);
    assert.match(
      (await told({})) ?? '',
      /; train_\w+="group_by_length" \(group_by_length=True before Transformers 5\.2\) n/,
    );
    assert.match(
      (await told({ trl: '1.16', transformers: '5.4' })) ?? '',
      /2" fills .*; train_\w+="group_by_length" needs/,
    );
    assert.match((await told({ transformers: '<5' })) ?? '', /; group_by_length=True needs/);
    // It would cut the texts and mix them.
    assert.equal(await told({ trl: '0.18.2' }), undefined);
  });
});

describe('generation-without-engine', () => {
  const trl =
    'from trl import GRPOConfig, GRPOTrainer, RLOOConfig, RLOOTrainer\nfrom trl.experimental.online_dpo import OnlineDPOConfig, OnlineDPOTrainer\n';
  /** Trainers whose settings are made elsewhere in the file. */
  const trainers = ['GRPO', 'RLOO', 'OnlineDPO']
    .map((name) => `def train_${name}(args):\n    ${name}Trainer(model="m", args=args, train_dataset=data)\n`)
    .join('');
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['GRPOConfig("o")', ['information']],
    ['RLOOConfig(output_dir="o")', ['information']],
    ['OnlineDPOConfig("o")', ['information']],
    ['GRPOConfig("o", use_transformers_paged=False)', ['information']],
    ['GRPOConfig("o", use_vllm=True)', []],
    // Arguments of the old PPOConfig: the call raises.
    ['GRPOConfig(batch_size=8, adap_kl_ctrl=True)', []],
    // The settings of a trainer's own for those who pass none.
    [
      'class OwnGRPOTrainer(Trainer):\n    def __init__(self, args=None):\n        if args is None:\n            args = GRPOConfig("o")',
      [],
    ],
    ['class Job:\n    def run(self):\n        args = GRPOConfig("o")', ['information']],
    // TRL cannot hand its weights to vLLM.
    ['model = load(BitsAndBytesConfig(load_in_4bit=True))\nGRPOConfig("o")', []],
    ['GRPOConfig("o", use_vllm=False)', []],
    ['GRPOConfig("o", use_vllm=fast)', []],
    ['GRPOConfig("o", vllm_mode="server")', []],
    ['GRPOConfig("o", use_transformers_paged=True)', []],
    ['GRPOConfig("o", use_transformers_continuous_batching=fast)', []],
    ['GRPOConfig(**settings)', []],
    // Settings of a dictionary, also those of them that the version knows.
    ['settings = {"output_dir": "o", "beta": args.beta}\nGRPOConfig(**settings)', ['information']],
    [
      'settings = {"output_dir": "o", "beta": args.beta}\nGRPOConfig(**{k: v for k, v in settings.items() if k in known})',
      ['information'],
    ],
    [
      'settings = {"output_dir": "o", "use_vllm": args.fast}\nGRPOConfig(**{k: v for k, v in settings.items() if k in known})',
      [],
    ],
    ['GRPOConfig(**{k: v for k, v in load("a").items() if k in known})', []],
    ['settings = {"beta": 1}\nGRPOConfig(**{name(k): v for k, v in settings.items() if v})', []],
    ['import unsloth\nGRPOConfig("o")', []],
    ['GRPOTrainer(m, f, GRPOConfig("o"), rollout_func=play)', []],
    ['GRPOTrainer(m, f, GRPOConfig("o"), environment_factory=Game)', []],
    // Versions that cannot share devices with vLLM.
    ['os.system("pip install trl==0.17.0")\nGRPOConfig("o")', []],
    ['os.system("pip install trl==0.18.0")\nGRPOConfig("o")', ['information']],
    ['os.system("pip install trl<0.22")\nRLOOConfig("o")', []],
    ['os.system("pip install trl==0.22.1")\nOnlineDPOConfig("o")', []],
    ['os.system("pip install -U trl")\nGRPOConfig("o")', ['information']],
  ];
  for (const [code, expected] of cases) {
    it(`finds ${JSON.stringify(expected)} in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found('generation-without-engine', `${trl}${trainers}${code}\n`), expected);
    });
  }

  /** A training as scripts write it, with parts of it that are otherwise. */
  const script = (more: {
    readonly before?: string;
    readonly config?: string;
    readonly model?: string;
    readonly trainer?: string;
    readonly data?: string;
  }): string =>
    `from trl import GRPOConfig, GRPOTrainer\nfrom transformers import AutoModelForCausalLM\n${more.before ?? ''}args = GRPOConfig("o"${more.config ?? ''})\ntrainer = ${more.trainer ?? 'GRPOTrainer'}(${more.model ?? '"Qwen/Qwen3-0.6B"'}, reward, args, ${more.data ?? 'prompts'})\ntrainer.train()\n`;
  const own = (method: string, body: string): string =>
    `class Own(GRPOTrainer):\n    def ${method}(self, model, inputs):\n        ${body}\n`;
  const load = 'model = AutoModelForCausalLM.from_pretrained("m")\n';
  const scripts: Readonly<Record<string, readonly [string, number]>> = {
    'a model by its name': [script({}), 1],
    'a model by an option': [script({ model: 'args.model_name' }), 1],
    'a model that the file loads': [script({ before: load, model: 'model' }), 1],
    'a model that another module loads': [
      script({ before: 'from mine import load\nmodel = load()\n', model: 'model' }),
      0,
    ],
    'settings of another trainer': [script({ before: 'from mine import OwnTrainer\n', trainer: 'OwnTrainer' }), 0],
    'settings without a trainer': [
      'from trl import GRPOConfig\ndef build(cfg):\n    return GRPOConfig("o", beta=cfg.beta)\n',
      0,
    ],
    'an own trainer with another loss': [script({ before: own('compute_loss', 'return 0'), trainer: 'Own' }), 1],
    'an own trainer that generates': [script({ before: own('_generate', 'return 0'), trainer: 'Own' }), 0],
    'an own trainer that prepares its answers': [
      script({ before: own('compute_loss', 'return self.model.generate(**inputs)'), trainer: 'Own' }),
      0,
    ],
    'a patched model': [`${script({ before: load, model: 'model' })}model.generate = wrap(model.generate)\n`, 0],
    'a patch of a model': [`${script({})}patch_generate(trainer.model)\n`, 0],
    'a try of few steps': [script({ config: ', max_steps=10' }), 0],
    'many steps': [script({ config: ', max_steps=500' }), 1],
    'steps without a limit': [script({ config: ', max_steps=-1' }), 1],
    'a few prompts that are written': [
      script({ before: 'rows = [{"prompt": q} for q in ["a", "b"]]\ndata = Dataset.from_list(rows)\n', data: 'data' }),
      0,
    ],
    'prompts of a list that is not known': [
      script({ before: 'data = Dataset.from_list([{"prompt": q} for q in questions])\n', data: 'data' }),
      1,
    ],
    'a few prompts of a data set': [script({ data: 'prompts.select(range(8))' }), 0],
    'a decision by an option': [script({ before: '# --use_vllm needs another environment\n' }), 0],
    'a quantization by an option': [script({ before: 'load_in_4bit = cfg.quantize\n' }), 0],
    'an old version in a remark': [script({ before: '# TRL 0.17 takes a bool\n' }), 0],
    'an old version that is asked for': [script({ before: '# pip install trl==0.15.2\n' }), 0],
    'a new version in a remark': [script({ before: '# TRL 0.25 takes a bool\n' }), 1],
    'another number': [script({ before: '# TRL sets beta to 0.04\n' }), 1],
  };
  for (const [what, [code, count]] of Object.entries(scripts))
    it(`${count === 0 ? 'is silent on' : 'reports'} ${what}`, async () => {
      assert.equal((await found('generation-without-engine', code)).length, count);
    });

  it('names the version that it needs, unless the project has it', async () => {
    const told = async (requirement: string): Promise<string | undefined> =>
      (
        await lintWith('generation-without-engine', `${trl}${trainers}GRPOConfig("o")\n`, {
          requirements: { trl: requirement },
        })
      )[0]?.message.match(/vllm_mode="colocate"(.*) lets/)?.[1];
    assert.equal(await told('>=0.14'), ' (TRL 0.18 and newer)');
    assert.equal(await told('==1.16.0'), '');
  });
});
