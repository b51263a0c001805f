import assert from 'node:assert/strict';
import { lintWith } from '../support';

const transformers = `from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline
import json
import pandas as pd
tokenizer = AutoTokenizer.from_pretrained("m")
model = AutoModelForCausalLM.from_pretrained("m")
`;
const frame = 'frame = pd.read_csv("a.csv")\n';
const answer = `def answer(text):
    inputs = tokenizer(text, return_tensors="pt")
    output = model.generate(**inputs, max_new_tokens=64)
    return tokenizer.decode(output[0])
`;

const found = async (code: string): Promise<readonly string[]> =>
  (await lintWith('unbatched-generation', code)).map(
    ({ severity, estimate, message }) =>
      `${severity} ${String(estimate?.['prompts'])} ${String(estimate?.['tokens'])} ${message.split(' ', 2).join(' ')}`,
  );

describe('unbatched-generation', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['null 64 This generates', `${transformers}${answer}${frame}frame["a"] = frame["t"].apply(answer)\n`],
    [
      '500 64 This generates',
      `${transformers}${answer}data = json.load(open("a"))\nfor row in data[:500]:\n    answer(row)\n`,
    ],
    [
      'null 64 This generates',
      `${transformers}${answer}def run(test):\n    for row in tqdm(test):\n        answer(row)\n`,
    ],
    [
      'null null This generates',
      `${transformers}for line in open("a.txt"):\n    ids = tokenizer(line)\n    out = model.generate(ids)\n    print(tokenizer.batch_decode(out[:, 5:])[0])\n`,
    ],
    [
      'null null This generates',
      `${transformers}for line in open("a.txt"):\n    ids = tokenizer(line)\n    out = model.generate(ids)\n    texts = tokenizer.batch_decode(out)\n    print(texts[0])\n`,
    ],
    [
      'null null This generates',
      `${transformers}for line in open("a.txt"):\n    out = model.generate(tokenizer(line), return_dict_in_generate=True)\n    print(out.sequences[0])\n`,
    ],
    [
      'null null This generates',
      `${transformers}lines = open("a.txt").readlines()\nfor line in lines[::100]:\n    print(model.generate(tokenizer(line))[0])\n`,
    ],
    // A model that a function of the project loads.
    [
      'null null This generates',
      `import torch\nfrom llava.builder import load\ntokenizer, model = load("m")\nfor line in open("a.txt"):\n    print(model.generate(tokenizer(line))[0])\n`,
    ],
    [
      'null 32 This pipeline',
      `${transformers}pipe = pipeline("text-generation", "m", device=0)\n${frame}for row in frame.itertuples():\n    print(pipe(row.t, max_new_tokens=32)[0]["generated_text"])\n`,
    ],
    [
      'null null This pipeline',
      `${transformers}pipe = pipeline(task="summarization")\n${frame}for text in frame.t:\n    out = pipe(text)\n    print(out[0])\n`,
    ],
    [
      'null null vLLM gets',
      `from vllm import LLM\nllm = LLM("m")\nfor line in open("a.txt"):\n    out = llm.generate(line)\n    print(out[0].outputs[0].text)\n`,
    ],
  ];
  for (const [expected, code] of cases) {
    it(`finds ${expected} in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found(code), [`information ${expected}`]);
    });
  }

  it('comes to an end with many answers that grow', async function () {
    this.timeout(20_000);
    const many = Array.from(
      { length: 800 },
      (_, at) => `    context_${at}.append(line)\n    print(model.generate(tokenizer(line))[0])\n`,
    );
    await found(`${transformers}for line in open("a.txt"):\n${many.join('')}`);
  });

  it('reports a loop once, however often it generates', async () => {
    const twice = `${transformers}${answer}for line in open("a.txt"):\n    first = answer(line)\n    model.generate(tokenizer(first))[0]\n`;
    assert.equal((await found(twice)).length, 1);
  });

  const silent: readonly string[] = [
    // Batches.
    `${transformers}for batch in tqdm(loader):\n    print(model.generate(**batch)[0])\n`,
    `${transformers}for batch in DataLoader(data):\n    tokenizer.batch_decode(model.generate(**batch))\n`,
    `${transformers}for lines in read_lines("a"):\n    for text in tokenizer.batch_decode(model.generate(lines)):\n        print(text)\n`,
    `from vllm import LLM\nllm = LLM("m")\nfor path in read_data("a"):\n    for each in llm.generate(path):\n        print(each.outputs[0].text)\n`,
    // A few prompts.
    `${transformers}${answer}for text in ["a", "b"]:\n    answer(text)\n`,
    `${transformers}${answer}${frame}for text in frame.t.head():\n    answer(text)\n`,
    `${transformers}${answer}for line in open("a").readlines()[-5:]:\n    answer(line)\n`,
    `${transformers}${answer}for row in load_dataset("a", split="test[:5]"):\n    answer(row)\n`,
    `${transformers}${answer}for row in pd.read_csv("a", nrows=5).itertuples():\n    answer(row)\n`,
    // A look at how a training goes.
    `${transformers}for at, line in enumerate(open("a.txt")):\n    if at % 500 == 0:\n        print(model.generate(tokenizer(line))[0])\n`,
    // A conversation, a stream, a draft.
    `${transformers}messages = []\nfor line in open("a.txt"):\n    messages.append(line)\n    print(model.generate(tokenizer(messages, line))[0])\n`,
    `${transformers}for line in open("a.txt"):\n    print(model.generate(tokenizer(line), streamer=streamer)[0])\n`,
    `${transformers}for line in open("a.txt"):\n    print(model.generate(tokenizer(line), assistant_model=small)[0])\n`,
    `${transformers}${answer}start = time()\nfor line in open("a.txt"):\n    answer(line)\nelapse = time() - start\n`,
    // On the CPU, and to measure how long it takes.
    `${transformers}pipe = pipeline("text-generation", device="cpu")\nfor line in open("a.txt"):\n    print(pipe(line)[0])\n`,
    `${transformers}for line in open("a.txt"):\n    model.generate(tokenizer(line))[0]\n    latency.append(1)\n`,
    // No text is written, or by something else.
    `${transformers}pipe = pipeline("text-classification")\nfor line in open("a.txt"):\n    print(pipe(line)[0])\n`,
    `${transformers}import cohere\nmodel = cohere.Client()\nfor line in open("a.txt"):\n    print(model.generate(line)[0])\n`,
    // The first good answer is enough, or the program ends.
    `${transformers}${answer}for line in open("a.txt"):\n    if answer(line):\n        sys.exit(1)\n`,
    `${transformers}${answer}for line in open("a.txt"):\n    if answer(line):\n        break\n`,
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found(code), []);
    });
  }
});
