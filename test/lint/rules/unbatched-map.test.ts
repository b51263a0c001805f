import assert from 'node:assert/strict';
import { lintCells, lintWith } from '../support';

const head = 'from datasets import load_dataset\ndata = load_dataset("imdb")\n';
const functionCode = 'def encode(example):\n    return tokenizer(example["text"])\n';
const count = async (code: string): Promise<number> => (await lintWith('unbatched-map', code)).length;

describe('unbatched-map', () => {
  describe('knows how much of the data is left', () => {
    const frames = (cut: string, sizes = 'test_size=0.1'): readonly string[] => [
      `import pandas as pd\nfrom datasets import load_dataset\nframe = pd.DataFrame(load_dataset("squad")["train"])\nframe = ${cut}\nframe = frame[["question"]]`,
      `from sklearn.model_selection import train_test_split\ntrain, test = train_test_split(frame, ${sizes})`,
      'from datasets import Dataset, DatasetDict\ntrain_data = Dataset.from_pandas(train)\ntest_data = Dataset.from_pandas(test)\ndata = DatasetDict({"train": train_data, "test": test_data})\ntrain_data = data["train"].map(template)\ntest_data = data["test"].map(template)',
      'def tune(train_ds, test_ds=None):\n    tokenizer = AutoTokenizer.from_pretrained("m")\n    tokens = train_ds.map(lambda e: tokenizer(e["text"]))\n    if test_ds is not None:\n        test = test_ds.map(lambda e: tokenizer(e["text"]))',
      'tune(train_ds=train_data, test_ds=test_data)',
    ];
    const inCells = async (cells: readonly string[]): Promise<number> =>
      (await lintCells(cells, { select: ['unbatched-map'] })).length;

    for (const cut of ['frame.iloc[0:1000]', 'frame[:1000]', 'frame.head(1000)', 'frame.sample(n=500, random_state=1)'])
      it(`is silent after ${cut} in another cell, and a split`, async () => {
        assert.equal(await inCells(frames(cut)), 0);
      });

    it('reports what is left of more rows, and knows the share of a test set', async () => {
      assert.equal(await inCells(frames('frame.iloc[0:2000]')), 1);
      assert.equal(await inCells(frames('frame.iloc[0:2000]', 'test_size=0.6')), 2);
      assert.equal(await inCells(frames('frame.iloc[5000:]')), 2);
      assert.equal(await inCells(frames('frame.sample(frac=0.9)')), 2);
    });

    it('counts parameters with their defaults, unless a call says more', async () => {
      const score = (samples: string): string =>
        `from datasets import load_dataset\ndef score(tokenizer, samples=${samples}):\n    data = load_dataset("stas/openwebtext-10k")["train"]\n    data = data.shuffle()\n    data = data.select(range(samples))\n    return data.map(lambda x: tokenizer(x["text"]))\n`;
      assert.deepEqual(
        [await count(score('100')), await count(score('5000')), await count(`${score('100')}score(t, samples=5000)\n`)],
        [0, 1, 1],
      );
    });
  });

  const found: readonly string[] = [
    `${head}${functionCode}data.map(encode)\n`,
    `${head}${functionCode}data = data.map(encode, batched=False, num_proc=4)\n`,
    `${head}data.map(lambda e: tokenizer(e["text"], truncation=True))\n`,
    `${head}data.map(lambda e: self.tokenizer.encode_plus(e["text"]))\n`,
    `${head}${functionCode}data["train"].map(encode)\n`,
    `${head}${functionCode}train = data["train"]\ntrain.map(encode)\n`,
    `${head}${functionCode}data["train"].shuffle(seed=1).select(range(10_000)).map(encode)\n`,
    `${head}${functionCode}data.map(function=encode, remove_columns=["text"])\n`,
    `import datasets\n${functionCode}datasets.Dataset.from_pandas(frame).map(encode)\n`,
    `from datasets import load_dataset\n${functionCode}def prepare(data):\n    return data.map(encode, remove_columns=["text"])\n`,
  ];
  for (const code of found) {
    it(`reports ${JSON.stringify(code)}`, async () => {
      assert.equal(await count(code), 1);
    });
  }

  it('is silent about tokenizers of other libraries that are handed in', async () => {
    const words =
      'import torchtext\nfrom functools import partial\nwords = torchtext.data.utils.get_tokenizer("basic_english")\ndef cut(example, tokenizer, most):\n    return tokenizer(example["text"], max_length=most)\n';
    const bert = words.replace(
      'torchtext.data.utils.get_tokenizer("basic_english")',
      'AutoTokenizer.from_pretrained("bert-base-uncased")',
    );
    const calls = [
      'data.map(cut, fn_kwargs={"tokenizer": words, "most": 9})\n',
      'more = {"tokenizer": words, "most": 9}\ndata.map(cut, fn_kwargs=more)\n',
      'data.map(partial(cut, tokenizer=words, most=9))\n',
    ];
    for (const call of calls) {
      assert.equal(await count(`${head}${words}${call}`), 0, call);
      assert.equal(await count(`${head}from transformers import AutoTokenizer\n${bert}${call}`), 1, call);
    }
  });

  it('promises less where several processes share the work', async () => {
    const message = async (more: string): Promise<string> =>
      (await lintWith('unbatched-map', `${head}${functionCode}data.map(encode${more})\n`))[0]?.message ?? '';
    for (const more of ['', ', num_proc=1', ', num_proc=None']) assert.match(await message(more), /59\.2 s/, more);
    for (const more of [', num_proc=8', ', num_proc=cores'])
      assert.match(await message(more), /several processes.*9\.5 s on eight/, more);
  });

  it('takes the tokenizer itself', async () => {
    assert.equal(await count(`${head}data.map(tokenizer, input_columns="text")\n`), 1);
    assert.equal(await count(`${head}data.map(tokenizer, input_columns="text", batched=True)\n`), 0);
  });

  it('is silent on what is made of a table that the file cuts', async () => {
    const cut = (rows: string): string =>
      `import pandas as pd\nfrom datasets import Dataset\nframe = pd.read_csv("a.csv")\nframe = frame${rows}\n${functionCode}Dataset.from_pandas(frame).map(encode)\n`;
    assert.equal(await count(cut('.iloc[0:1000]')), 0);
    assert.equal(await count(cut('[:500]')), 0);
    assert.equal(await count(cut('.iloc[0:5000]')), 1);
  });

  const prepare = 'def prepare(text):\n    return tokenizer(text)\n';
  it('looks into the function that the mapped one calls, and into methods', async () => {
    assert.equal(await count(`${head}${prepare}data.map(lambda row: prepare(row["text"]))\n`), 1);
    const own =
      'class Data:\n    def load(self):\n        return data.map(self.encode)\n    def encode(self, row):\n        return self.tokenizer(row["text"])\n';
    assert.equal(await count(`${head}${own}`), 1);
  });

  it('reports the first of several splits that are mapped with one function', async () => {
    assert.equal(await count(`${head}${functionCode}data["train"].map(encode)\ndata["test"].map(encode)\n`), 1);
    assert.equal(
      await count(`${head}${functionCode}data["test"].select(range(9)).map(encode)\ndata["train"].map(encode)\n`),
      1,
    );
  });

  it('is silent where the function runs a model as well', async () => {
    const embed = 'def embed(text):\n    return model(**tokenizer(text)).detach().numpy()\n';
    const answer = 'def answer(text):\n    return lm.generate(tokenizer(text))\n';
    assert.equal(await count(`${head}${answer}data.map(answer)\n`), 0);
    assert.equal(
      await count(`${head}${answer}def ask(row):\n    tokenizer(row)\n    return answer(row)\ndata.map(ask)\n`),
      0,
    );
    assert.equal(await count(`${head}${embed}data.map(lambda row: {"v": embed(row["text"])})\n`), 0);
  });

  it('takes the tokenizer of a model that needs no code of its own for a fast one', async () => {
    const tune = (more: string): string =>
      `${head}def train(base):\n    model = AutoModelForCausalLM.from_pretrained(base${more})\n    tokenizer = AutoTokenizer.from_pretrained(base, trust_remote_code=True)\n    def tokenize(text):\n        return tokenizer(text)\n    def prepare(row):\n        return tokenize(row["text"])\n    data["train"].map(prepare)\n`;
    assert.equal(await count(tune('')), 1);
    assert.equal(await count(tune(', trust_remote_code=True')), 0);
    assert.equal(await count(tune(', **{"trust_remote_code": True}')), 0);
  });

  it('is silent on slow tokenizers', async () => {
    const slow = 'tokenizer = AutoTokenizer.from_pretrained("m", use_fast=False)\n';
    assert.equal(await count(`${head}${slow}data.map(lambda e: tokenizer(e["text"]))\n`), 0);
    const map = 'data.map(lambda e: tokenizer(e["text"]))\n';
    const made = (...loads: readonly string[]): string =>
      head + loads.map((load) => `tokenizer = ${load}\n`).join('') + map;
    const own = 'AutoTokenizer.from_pretrained("m", trust_remote_code=True)';
    const old = 'LlamaTokenizer.from_pretrained("m")';
    const usual = 'AutoTokenizer.from_pretrained("m")';
    assert.deepEqual(
      [await count(made(own)), await count(made(old)), await count(made(usual, old)), await count(made(usual, own))],
      [0, 0, 0, 1],
    );
    assert.equal(await count(made('BigBirdTokenizer.from_pretrained("m")')), 0);
    assert.equal(await count(`from transformers import LlamaTokenizer\n${head}${map}`), 0);
    assert.equal(await count(made('LlamaTokenizerFast.from_pretrained("m")')), 1);
  });

  it('is silent on parts that take a second, and on what calibrates a quantization', async () => {
    assert.equal(await count(`${head}${functionCode}data["train"].select(range(500)).map(encode)\n`), 0);
    assert.equal(await count(`${head}${functionCode}load_dataset("a", split="train[:64]").map(encode)\n`), 0);
    assert.equal(await count(`from llmcompressor import oneshot\n${head}${functionCode}data.map(encode)\n`), 0);
  });

  it('knows a data set that every branch loads', async () => {
    const loaded = (other: string): string =>
      `from datasets import load_dataset\nif local:\n    data = load_dataset("json")\nelse:\n    data = ${other}\n${functionCode}data["train"].shuffle().map(encode)\n`;
    assert.equal(await count(loaded('load_dataset(path)')), 1);
    assert.equal(await count(loaded('frame')), 0);
  });

  const named = `from transformers import AutoTokenizer\n${head}tok = AutoTokenizer.from_pretrained("gpt2")\n`;
  it('knows a tokenizer by what made it', async () => {
    assert.equal(await count(`${named}data.map(lambda e: tok(e["text"]))\n`), 1);
    assert.equal(await count(`${named}data.map(lambda e: other(e["text"]))\n`), 0);
    assert.equal(await count(`${named}data.map(lambda e: tok(e["text"]), batched=True)\n`), 0);
  });

  it('knows the function that another one makes', async () => {
    const factory =
      'def build(tokenizer, size):\n    def process(example):\n        return tokenizer(example["text"], max_length=size)\n    return process\n';
    assert.equal(await count(`${head}${factory}data.map(build(tokenizer, 9), remove_columns=["text"])\n`), 1);
    assert.equal(await count(`${head}${factory}encode = build(tokenizer, 9)\ndata.map(encode)\n`), 1);
    assert.equal(
      await count(`${head}from functools import partial\n${functionCode}data.map(partial(encode, size=9))\n`),
      1,
    );
    const object =
      'class Encode:\n    def __call__(self, example):\n        return self.tokenizer(example["text"])\ndata.map(Encode())\n';
    assert.equal(await count(`${head}${object}`), 1);
    const chosen = `${functionCode}def other(example):\n    return tokenizer(example["a"], example["b"])\n`;
    assert.equal(await count(`${head}${chosen}data.map(encode if single else other)\n`), 1);
    assert.equal(await count(`${head}${chosen}data.map(encode if single else unknown)\n`), 0);
    const plain = 'def build(size):\n    def process(example):\n        return {"n": size}\n    return process\n';
    assert.equal(await count(`${head}${plain}data.map(build(9))\n# tokenizer\n`), 0);
  });

  it('knows the other ways to make tokens, and tokenizers of words', async () => {
    const mapped = (value: string): string => `${head}data.map(lambda row: {"a": ${value}})\n`;
    assert.equal(await count(mapped('tokenizer.tokenize(row["text"])')), 1);
    // A batch of conversations takes as long.
    assert.equal(await count(mapped('tokenizer.apply_chat_template(row["messages"])')), 0);
    assert.equal(await count(mapped('tokenizer(tokenizer.apply_chat_template(row["messages"], tokenize=False))')), 1);
    assert.equal(await count(mapped('sentence_tokenizer.tokenize(row["text"])')), 0);
    assert.equal(
      await count(
        `import nltk\n${head}tokenizer = nltk.load("a")\ndata.map(lambda row: tokenizer.tokenize(row["a"]))\n`,
      ),
      0,
    );
  });

  it('sees a notebook that defines the helper anew and maps again', async () => {
    const helper = (more: string): string => `def tokenize(text):\n    return tokenizer(text${more})\n`;
    const row = 'def prepare(row):\n    return tokenize(row["text"])\n';
    const map = 'train = data["train"].map(prepare)\ntest = data["test"].map(prepare)\n';
    const findings = await lintCells([head, helper(''), row, map, helper(', max_length=9'), map, map], {
      select: ['unbatched-map'],
    });
    assert.deepEqual(
      findings.map(({ cell }) => cell),
      [3, 5],
    );
  });

  it('follows helpers of helpers', async () => {
    const helpers = 'def inner(text):\n    return tokenizer(text)\ndef outer(text):\n    return inner(text)\n';
    assert.equal(await count(`${head}${helpers}data.map(lambda row: outer(row["text"]))\n`), 1);
  });

  it('knows tokenizers that are slow only where another cannot be loaded, and code of their own', async () => {
    const map = 'data.map(lambda e: tokenizer(e["text"]))\n';
    const fallback =
      'try:\n    tokenizer = AutoTokenizer.from_pretrained(m)\nexcept Exception:\n    tokenizer = LlamaTokenizer.from_pretrained(m)\n';
    assert.equal(await count(`${head}${fallback}${map}`), 1);
    const own = (given: string): string =>
      `${head}tokenizer = AutoTokenizer.from_pretrained(${given}, trust_remote_code=True)\n${map}`;
    assert.equal(await count(own('"m", use_fast=True')), 1);
    assert.equal(await count(own('"a/Llama-2-7b-hf"')), 1);
    assert.equal(await count(own('"Qwen/Qwen-7B"')), 0);
    assert.equal(
      await count(`from mine import Tokenizer\n${head}tokenizer = Tokenizer.from_pretrained("m")\n${map}`),
      0,
    );
  });

  it('knows data sets that functions get and split', async () => {
    const given = (name: string, call: string): string =>
      `from datasets import Dataset\n${functionCode}def prepare(${name}):\n    return ${call}\n`;
    assert.equal(await count(given('data', 'data.train_test_split(0.1)["train"].shuffle().map(encode)')), 1);
    assert.equal(await count(given('rows', 'rows.map(encode, num_proc=4)')), 1);
    assert.equal(await count(given('train_data', 'train_data.map(encode)')), 1);
    assert.equal(await count(given('texts', 'texts.map(encode)')), 0);
    assert.equal(await count(given('data', 'data.map(lambda text: tokenizer(text))')), 0);
    assert.equal(await count(`import ray\n${given('train_data', 'train_data.map(encode)')}`), 0);
    assert.equal(await count(`${head}data = data[split].shuffle()\n${functionCode}data.map(encode)\n`), 1);
  });

  it('knows arguments that are unpacked from the module itself', async () => {
    const more = 'more = {"num_proc": n} if n else {}\n';
    assert.equal(await count(`${head}${functionCode}${more}data.map(encode, **more)\n`), 1);
    assert.equal(await count(`${head}${functionCode}${more}more["batched"] = True\ndata.map(encode, **more)\n`), 0);
  });

  describe('is silent on functions that are written for one example', () => {
    const bodies: Readonly<Record<string, string>> = {
      'a cut of the tokens': 'return {"ids": tokenizer(e["text"])["input_ids"][:512]}',
      'a mask of the labels':
        'ids = tokenizer(e["text"])["input_ids"]\n    return {"ids": ids, "labels": [-100 if i == 0 else i for i in ids]}',
      'a prompt that is joined': 'return tokenizer(e["question"] + " " + e["answer"])',
      'a prompt that is formatted': 'return tokenizer(f"Question: {e[\'text\']}")',
      'a prompt that a function makes': 'return tokenizer(make_prompt(e))',
      'a method of the text': 'return tokenizer(e["text"].strip())',
      'a length': 'e["n"] = len(tokenizer(e["text"])["input_ids"])\n    return e',
      'a decoded text': 'return {"text": tokenizer.decode(e["ids"]), "n": tokenizer(e["text"])}',
      'a row of a tensor': 'return {"ids": tokenizer(e["text"], return_tensors="pt").input_ids[0]}',
      'a condition': 'if e["text"]:\n        return tokenizer(e["text"])',
    };
    for (const [what, body] of Object.entries(bodies))
      it(what, async () => {
        assert.equal(await count(`${head}def encode(e):\n    ${body}\ndata.map(encode)\n`), 0);
      });

    it('also in a helper', async () => {
      const helper = 'def helper(text):\n    return tokenizer(text)["input_ids"][:9]\n';
      assert.equal(await count(`${head}${helper}data.map(lambda e: {"ids": helper(e["text"])})\n`), 0);
    });
  });

  it('reports labels that are the tokens, and two columns', async () => {
    const encode =
      'def encode(e):\n    result = tokenizer(e["a"], e["b"], truncation=True)\n    result["labels"] = result["input_ids"].copy()\n    return result\n';
    assert.equal(await count(`${head}${encode}data.map(encode)\n`), 1);
  });

  it('follows names to small parts', async () => {
    const mapped = (part: string): string => `${head}${functionCode}SIZE = 512\n${part}\ndata.map(encode)\n`;
    assert.equal(await count(mapped('data = data.shuffle(seed=1).select(range(SIZE))')), 0);
    assert.equal(await count(mapped('data = data.select(range(min(SIZE, len(data))))')), 0);
    assert.equal(await count(mapped('data = load_dataset("a", split=f"train[:{SIZE}]")')), 0);
    assert.equal(await count(mapped('data = load_dataset("a", streaming=True).take(SIZE)')), 0);
    assert.equal(await count(mapped('data = Dataset.from_list(rows[:100])')), 0);
    assert.equal(await count(mapped('data = data.select(range(20 * SIZE))')), 1);
    assert.equal(await count(mapped('data = Dataset.from_list(rows[:-100])')), 1);
  });

  const silent: readonly string[] = [
    // What else these functions do costs more than the tokenizer.
    `${head}def encode(e):\n    e["input"] = feature_extractor(e["audio"]["array"])\n    return tokenizer(e["text"])\ndata.map(encode)\n`,
    `${head}data.map(lambda e: tokenizer(table=read(e["table_text"]), queries=e["statement"]))\n`,
    `${head}${functionCode}data.map(encode, batched=True)\n`,
    `${head}${functionCode}data.map(encode, batched=many)\n`,
    `${head}${functionCode}data.map(encode, **settings)\n`,
    `${head}data.map(lambda e: {"n": len(e["text"])})\n`,
    `${head}data.map(prepare)\n`,
    `${head}from helpers import encode\ndata.map(encode)\n`,
    // A tokenizer of the batch dimension is written with the name of a collator, a map of something else is no data set.
    `${head}${functionCode}texts.map(encode)\n`,
    `import pandas as pd\nfrom datasets import load_dataset\n${functionCode}pd.Series(["a"]).map(encode)\n`,
    `import pandas as pd\n${functionCode}frame["text"].map(encode)\n# datasets\n`,
    `import tensorflow as tf\n# datasets\n${functionCode}tf.data.Dataset.from_tensor_slices(x).map(encode)\n`,
    `${head}${functionCode}list(map(encode, texts))\n`,
    `${head}def encode(e):\n    return {"t": train_tokenizer_on(e)}\ndata.map(encode)\n`,
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.equal(await count(code), 0);
    });
  }

  it('sees the cells of a notebook as one', async () => {
    const findings = await lintCells([head, functionCode, 'data.map(encode)'], { select: ['unbatched-map'] });
    assert.deepEqual(
      findings.map(({ cell }) => cell),
      [2],
    );
  });
});
