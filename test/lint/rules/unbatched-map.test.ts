import assert from 'node:assert/strict';
import { lintCells, lintWith } from '../support';

const HEAD = 'from datasets import load_dataset\ndata = load_dataset("imdb")\n';
const FUNCTION = 'def encode(example):\n    return tokenizer(example["text"])\n';
const count = async (code: string): Promise<number> => (await lintWith('unbatched-map', code)).length;

describe('unbatched-map', () => {
  const found: readonly string[] = [
    `${HEAD}${FUNCTION}data.map(encode)\n`,
    `${HEAD}${FUNCTION}data = data.map(encode, batched=False, num_proc=4)\n`,
    `${HEAD}data.map(lambda e: tokenizer(e["text"], truncation=True))\n`,
    `${HEAD}data.map(lambda e: self.tokenizer.encode_plus(e["text"]))\n`,
    `${HEAD}${FUNCTION}data["train"].map(encode)\n`,
    `${HEAD}${FUNCTION}train = data["train"]\ntrain.map(encode)\n`,
    `${HEAD}${FUNCTION}data["train"].shuffle(seed=1).select(range(10)).map(encode)\n`,
    `${HEAD}${FUNCTION}data.map(function=encode, remove_columns=["text"])\n`,
    `import datasets\n${FUNCTION}datasets.Dataset.from_pandas(frame).map(encode)\n`,
    `from datasets import load_dataset\n${FUNCTION}def prepare(data):\n    return data.map(encode, remove_columns=["text"])\n`,
  ];
  for (const code of found) {
    it(`reports ${JSON.stringify(code)}`, async () => {
      assert.equal(await count(code), 1);
    });
  }

  const silent: readonly string[] = [
    `${HEAD}${FUNCTION}data.map(encode, batched=True)\n`,
    `${HEAD}${FUNCTION}data.map(encode, batched=many)\n`,
    `${HEAD}${FUNCTION}data.map(encode, **settings)\n`,
    `${HEAD}data.map(lambda e: {"n": len(e["text"])})\n`,
    `${HEAD}data.map(prepare)\n`,
    `${HEAD}from helpers import encode\ndata.map(encode)\n`,
    // A tokenizer of the batch dimension is written with the name of a collator, a map of something else is no data set.
    `${HEAD}${FUNCTION}texts.map(encode)\n`,
    `import pandas as pd\nfrom datasets import load_dataset\n${FUNCTION}pd.Series(["a"]).map(encode)\n`,
    `import pandas as pd\n${FUNCTION}frame["text"].map(encode)\n# datasets\n`,
    `import tensorflow as tf\n# datasets\n${FUNCTION}tf.data.Dataset.from_tensor_slices(x).map(encode)\n`,
    `${HEAD}${FUNCTION}list(map(encode, texts))\n`,
    `${HEAD}def encode(e):\n    return {"t": train_tokenizer_on(e)}\ndata.map(encode)\n`,
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.equal(await count(code), 0);
    });
  }

  it('sees the cells of a notebook as one', async () => {
    const findings = await lintCells([HEAD, FUNCTION, 'data.map(encode)'], { select: ['unbatched-map'] });
    assert.deepEqual(
      findings.map(({ cell }) => cell),
      [2],
    );
  });
});
