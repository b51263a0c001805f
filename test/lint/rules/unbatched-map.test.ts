import assert from 'node:assert/strict';
import { lintCells, lintWith } from '../support';

const head = 'from datasets import load_dataset\ndata = load_dataset("imdb")\n';
const functionCode = 'def encode(example):\n    return tokenizer(example["text"])\n';
const count = async (code: string): Promise<number> => (await lintWith('unbatched-map', code)).length;

describe('unbatched-map', () => {
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
    assert.equal(await count(`${head}${embed}data.map(lambda row: {"v": embed(row["text"])})\n`), 0);
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
