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

const vllm = 'from vllm import LLM, SamplingParams\nimport json\n';

describe('unbatched-generation', () => {
  const cases: readonly (readonly [string, string])[] = [
    // One row of tokens, whatever decodes the answer.
    [
      'null null This generates',
      `${transformers}def answer(text):\n    ids = tokenizer.encode(text)\n    given = torch.tensor([ids]).to(model.device)\n    outputs = model.generate(given)\n    return decode(outputs, tokenizer)\nfor row in json.load(open("a")):\n    answer(row["q"])\n`,
    ],
    // All of the data unless the command line says less, parts of it, clocks that show progress, and scores of one token.
    [
      'null 64 This generates',
      `${transformers}${answer}parser.add_argument("--limit", type=int)\nargs = parser.parse_args()\ndata = json.load(open("a"))\nif args.limit:\n    data = data[: args.limit]\nfor row in data:\n    answer(row)\n`,
    ],
    [
      'null 64 This generates',
      `${transformers}${answer}examples = load_data("a")\nif args.stop is None:\n    args.stop = len(examples)\nfor i in range(args.start, args.stop):\n    answer(examples[i])\n`,
    ],
    [
      'null 64 This generates',
      `${transformers}${answer}from datasets import load_dataset\nparts = load_dataset("a", split="train").train_test_split(test_size=0.1)\nfor row in parts["test"]:\n    answer(row["q"])\n`,
    ],
    [
      'null 64 This generates',
      `${transformers}${answer}${frame}train, test = train_test_split(frame)\nstart = time()\nfor _, row in test.iterrows():\n    answer(row["q"])\n    elapsed = time() - start\n    print(f"{elapsed:.0f} s")\n`,
    ],
    [
      'null null This generates',
      `${transformers}for line in open("a.txt"):\n    out = model.generate(tokenizer(line), output_scores=True)\n    print(out.scores[0][0].argmax())\n`,
    ],
    [
      'null null vLLM gets',
      `${vllm}def ask(model, text):\n    return model.generate([text], sampling_params)[0].outputs[0].text\nfor row in json.load(open("a")):\n    ask(model, row)\n`,
    ],
    // vLLM that a function is given, the first so many of the data, and chats.
    [
      'null null vLLM gets',
      `${vllm}def run(eval_ds, llm: LLM):\n    count = min(len(eval_ds), args.most)\n    for i in tqdm(range(count)):\n        outputs = llm.generate([prompt(eval_ds[i])], params)\n        print(outputs[0].outputs[0].text)\n`,
    ],
    [
      'null null vLLM gets',
      `${vllm}llm = LLM("m")\nfor row in json.load(open("a")):\n    print(llm.chat([{"role": "user", "content": row["q"]}])[0].outputs[0].text)\n`,
    ],
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
    // A chat is one prompt, and so is a list of one.
    [
      'null null This generates',
      `${transformers}for line in open("a.txt"):\n    inputs = tokenizer([line], padding=True).to("cuda")\n    print(model.generate(**inputs)[0])\n`,
    ],
    [
      'null null This pipeline',
      `${transformers}pipe = pipeline("text-generation", "m")\nfor line in open("a.txt"):\n    chat = [{"role": "system", "content": "a"}, {"role": "user", "content": line}]\n    print(pipe(chat)[0])\n`,
    ],
    // Each round begins anew, and answers are only kept.
    [
      'null 64 This generates',
      `${transformers}${answer}for line in open("a.txt"):\n    text = line.strip()\n    text = answer(text)\n    answers.append(text)\n    json.dump(text, file)\n    json.loads(line)\n`,
    ],
    // A count under a name, a part of a pair, and data below the function that reads it.
    [
      'null 64 This generates',
      `${transformers}${answer}${frame}n = len(frame)\nfor at in range(n):\n    answer(frame.t[at])\n`,
    ],
    [
      'null 64 This generates',
      `${transformers}${answer}${frame}for at, (name, text) in enumerate(zip(frame.n, frame.t)):\n    answer(text)\n`,
    ],
    [
      'null 64 This generates',
      `${transformers}${answer}def run():\n    for text in frame.t:\n        answer(text)\n${frame}`,
    ],
    [
      'null null This generates',
      `${transformers}class Bot:\n    def say(self, text):\n        print(model.generate(tokenizer(text))[0])\n    def run(self):\n        for line in open("a.txt"):\n            self.say(line)\n`,
    ],
    [
      'null 64 This generates',
      `${transformers}${answer}for line in open("a.txt"):\n    while True:\n        if answer(line):\n            break\n`,
    ],
    [
      'null 64 This generates',
      `${transformers}${answer}${frame}for at in tqdm(frame.index):\n    frame.loc[at, "a"] = answer(frame.loc[at, "t"])\n`,
    ],
    [
      'null 64 This generates',
      `${transformers}${answer}for line in open("a.txt"):\n    words = [k for k in line.split()]\n    text = answer(" ".join(words))\n    marks = [k for k in text]\n    marks.sort()\n`,
    ],
  ];
  const other: readonly string[] = [
    // Data that functions of the module read, also as a part of what they return, and data sets of its own.
    `${transformers}${answer}def load(path):\n    rows = []\n    with open(path) as f:\n        for line in f.readlines():\n            rows.append(json.loads(line))\n    return rows\ndef run(path):\n    rows = load(path)\n    for row in rows:\n        answer(row["a"])\n`,
    `${transformers}${answer}def fill(texts):\n    filled = []\n    for text in texts:\n        filled.append("a" + text)\n    return filled\ndef load():\n    data = load_dataset("a")["test"]\n    return fill(data["a"]), data["b"]\ndef main():\n    prompts, labels = load()\n    for prompt, label in zip(prompts, labels):\n        answer(prompt)\n`,
    `${transformers}${answer}data = load_dataset("a")\ntexts, labels = data["a"], data["b"]\nfor text in texts:\n    answer(text)\n`,
    `${transformers}${answer}class Mine(Dataset):\n    pass\nfor row in Mine("a"):\n    answer(row)\n`,
    // Answers without their prompts, and a row that is squeezed out.
    `${transformers}for line in open("a.txt"):\n    inputs = tokenizer([line])\n    ids = model.generate(**inputs, max_new_tokens=64)\n    ids = [out[len(given):] for given, out in zip(inputs.input_ids, ids)]\n    print(tokenizer.batch_decode(ids)[0])\n`,
    `${transformers}for line in open("a.txt"):\n    inputs = tokenizer([line])\n    ids = model.generate(**inputs, max_new_tokens=64)\n    cut = [out[len(given):] for given, out in zip(inputs.input_ids, ids)]\n    print(tokenizer.decode(cut[0]))\n`,
    `${transformers}for line in open("a.txt"):\n    out = model.generate(tokenizer(line), max_new_tokens=64)\n    print(tokenizer.decode(out.squeeze(0)))\n`,
    // A method of the same name around the model's.
    `${transformers}class Bot:\n    def generate(self, text):\n        return self.model.generate(tokenizer(text), max_new_tokens=64)[0]\nfor line in open("a.txt"):\n    bot.generate(line)\n`,
  ];
  for (const code of other) {
    it(`finds the loop in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found(code), ['information null 64 This generates']);
    });
  }
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

  describe('knows the data of loaders of other modules by their names', () => {
    const read = (loader: string, before = ''): string =>
      `${transformers}from mine import Loader, ${/\w+/.exec(loader)?.[0] ?? ''}\nloader = Loader()\n${before}${answer}items = ${loader}\nfor item in items:\n    answer(item["q"])\n`;
    const many = [
      'loader.load_dev(limit=100, start_index=0)',
      'load_eval_records(path)',
      'read_test_split()',
      'load_benchmark("a")',
      'self.loader.load_validation_set()',
      'load_records(path, max_items=None)',
    ];
    const few = [
      'loader.load_dev(limit=10)',
      'load_eval_records(path, n=5)',
      'load_records(path, max_items=LIMIT)',
      // Nothing says that these are many.
      'load_model(path)',
      'load_cases(path)',
      'get_items()',
      'load_developer()',
      'load_evaluator()',
    ];
    for (const loader of many)
      it(`reports ${loader}`, async () => {
        assert.equal((await found(read(loader))).length, 1);
      });
    for (const loader of few)
      it(`is silent on ${loader}`, async () => {
        assert.equal((await found(read(loader, 'LIMIT = 8\n'))).length, 0);
      });
  });

  describe('knows where a limit leaves few', () => {
    const loader = (check: string, limit: string): string =>
      `def load_manifest(path, limit: int = ${limit}):\n    items = []\n    with open(path) as f:\n        for i, line in enumerate(f):\n            ${check}\n                break\n            items.append(json.loads(line))\n    return items\n`;
    const through = (check: string, limit: string, option: string): string =>
      `${transformers}${answer}${loader(check, limit)}parser.add_argument("--limit", type=int, default=${option})\nargs = parser.parse_args()\nitems = load_manifest("a", limit=args.limit)\ndef run(items):\n    for item in tqdm(items):\n        answer(item["q"])\nrun(items)\n`;
    const cut = (statement: string, more = ''): string =>
      `${transformers}${answer}${more}def run(data):\n    ${statement}\n    for _, row in part.iterrows():\n        answer(row["q"])\n`;
    const given: Readonly<Record<string, readonly [string, number]>> = {
      'a loader that an option limits to ten': [through('if i >= limit:', '50', '10'), 0],
      'one that an option limits to a thousand': [through('if i >= limit:', '10', '1000'), 1],
      'one that is limited if somebody asks': [through('if limit and len(items) >= limit:', '10', 'None'), 1],
      'one with a limit by the length': [through('if len(items) == limit:', '50', '5'), 0],
      'the least of a length and a parameter': [
        cut('n = min(len(data), most)\n    part = data.head(n)').replace('run(data)', 'run(data, most=200)'),
        1,
      ],
      'the least of a length and a small parameter': [
        cut('n = min(len(data), most)\n    part = data.head(n)').replace('run(data)', 'run(data, most=5)'),
        0,
      ],
      'a cut that is made if a setting says so': [
        cut('part = data.copy()\n    if self.config.max_samples:\n        part = part.head(self.config.max_samples)'),
        1,
      ],
      'a cut with a setting that is there': [
        cut('part = data\n    if limit is not None:\n        part = part.head(limit)'),
        1,
      ],
      'a cut that nobody asks for': [cut('part = data.head(self.config.max_samples)'), 0],
      'a cut under another condition': [
        cut('part = data\n    if small:\n        part = part.head(self.config.max_samples)'),
        0,
      ],
      'a cut only for those who try the program': [
        cut('part = data\n    if args.debug:\n        part = part.head(5)'),
        1,
      ],
    };
    for (const [what, [code, count]] of Object.entries(given))
      it(`${count === 0 ? 'is silent on' : 'reports'} ${what}`, async () => {
        assert.equal((await found(code)).length, count);
      });

    it('counts no rounds that a break may spare', async () => {
      const run = (end: string): string =>
        `${transformers}${answer}parser.add_argument("--most", type=int, default=100)\nargs = parser.parse_args()\nfor at, text in enumerate(load_dataset("a", split="test").select(range(300))):\n    answer(text)\n${end}`;
      assert.deepEqual(await found(run('')), ['information 300 64 This generates']);
      assert.deepEqual(await found(run('    if at >= args.most:\n        break\n')), [
        'information null 64 This generates',
      ]);
    });
  });

  it('follows lists that a loop fills to a helper that zips them', async () => {
    const filled = (most: string): string =>
      `${transformers}from datasets import load_dataset\nparser.add_argument("--samples", type=int, default=${most})\nargs = parser.parse_args()\ndef score(prompts, golds):\n    for prompt, gold in zip(prompts, golds):\n        out = model.generate(**tokenizer(prompt), max_new_tokens=64)\n        new = out[:, 9:]\n        print(tokenizer.decode(new[0]))\ndef run(dataset):\n    prompts, golds = [], []\n    prompts = []\n    golds = []\n    for i, row in enumerate(dataset):\n        if i >= args.samples:\n            break\n        prompts.append(row["q"])\n        golds.append(row["a"])\n    score(prompts, golds)\nrun(load_dataset("a", split="train"))\n`;
    assert.equal((await found(filled('200'))).length, 1);
    assert.equal((await found(filled('8'))).length, 0);
  });

  it('knows a pipeline that a function is given by what it calls its answers', async () => {
    const run = (call: string, result: string, header = 'def run(pipe, frame):'): string =>
      `import transformers\n${header}\n    for i in tqdm(range(frame.shape[0])):\n        messages = [{"role": "user", "content": frame.iloc[i, 0]}]\n        outputs = ${call}\n        print(${result})\n`;
    const answered = 'outputs[0]["generated_text"][-1]["content"]';
    assert.equal((await found(run('pipe(messages, max_new_tokens=64)', answered))).length, 1);
    assert.equal((await found(run('self.generator(messages)', answered, 'def run(self, frame):'))).length, 1);
    const named = run('pipeline(messages)', answered, 'def run(model, frame):\n    pipeline = model');
    assert.equal((await found(named)).length, 1);
    assert.equal((await found(run('pipe(frame.iloc[i, 0])', "outputs[0]['summary_text']"))).length, 1);
    // Batches, another library, a service and what the module defines.
    assert.equal((await found(run('pipe(messages, batch_size=8)', answered))).length, 0);
    assert.equal((await found(run('pipe([messages, messages])', answered))).length, 0);
    assert.equal((await found(run('client.ask(messages)', answered))).length, 0);
    assert.equal(
      (await found(`def pipe(text):\n    return ask(text)\n${run('pipe(messages)', answered, 'def run(frame):')}`))
        .length,
      0,
    );
  });

  it('knows prompts that a function on another machine is given', async () => {
    const modal = (given: string, method: string): string =>
      `${transformers}${answer}@app.function(gpu="A100")\ndef run(prompts):\n    for i, prompt in enumerate(prompts):\n        answer(prompt["text"])\n@app.local_entrypoint()\ndef main():\n    prompts = ${given}\n    run.${method}(prompts)\n`;
    const all = '[{"text": each} for each in get_all_prompts()]';
    assert.equal((await found(modal(all, 'remote'))).length, 1);
    assert.equal((await found(modal(all, 'spawn'))).length, 1);
    assert.equal((await found(modal('["a", "b"]', 'remote'))).length, 0);
    assert.equal((await found(modal(all, 'update_autoscaler'))).length, 0);
  });

  it('is silent on code that never runs', async () => {
    const judge = (end: string): string =>
      `${transformers}${answer}def judge(dataset):\n    ${end}\n    for row in dataset:\n        answer(row["q"])\n`;
    assert.equal((await found(judge('return judge_all(dataset)'))).length, 0);
    assert.equal((await found(judge('judge_all(dataset)'))).length, 1);
  });

  it('reports a loop once, however often it generates', async () => {
    const twice = `${transformers}${answer}for line in open("a.txt"):\n    first = answer(line)\n    model.generate(tokenizer(first))[0]\n`;
    assert.equal((await found(twice)).length, 1);
  });

  const silent: readonly string[] = [
    // Limits of a few, checks that end the program, reports for people, and models that people look into.
    `${transformers}${answer}def show(dataset, count: int = 5):\n    for i in range(min(count, len(dataset))):\n        answer(dataset[i])\n`,
    `${transformers}${answer}parser.add_argument("--limit", type=int, default=10)\nargs = parser.parse_args()\nfor row in json.load(open("a"))[: args.limit]:\n    answer(row)\n`,
    `${transformers}${answer}from datasets import load_dataset\ndata = load_dataset("a", split="test")\nfew = data.select(range(10))\nfor row in tqdm(few):\n    answer(row["q"])\n`,
    `${transformers}${answer}import sys\ndef fail(why):\n    print(why)\n    sys.exit(1)\nfor line in open("a.txt"):\n    if not answer(line):\n        fail(line)\n`,
    `${transformers}${answer}redo = {2, 3}\nfor row in json.load(open("a")):\n    if row["id"] not in redo:\n        continue\n    answer(row["text"])\n`,
    `${transformers}def show(text):\n    out = model.generate(tokenizer(text))\n    print(text)\n    print(tokenizer.decode(out[0]))\n    print("-" * 80)\nfor line in open("a.txt"):\n    show(line)\n`,
    `${transformers}for line in open("a.txt"):\n    out = model.generate(tokenizer(line))\n    probe(tokenizer.decode(out[0]), out.hidden_states)\n`,
    // A few of the data, a loop for those who want no batches, and a model that is edited in each round.
    `${vllm}def run(eval_ds, llm):\n    for i in range(min(len(eval_ds), 5)):\n        print(llm.generate([eval_ds[i]["q"]])[0])\n`,
    `${vllm}def run(dataset, llm):\n    if args.no_batching:\n        return [llm.generate(row["q"])[0] for row in dataset]\n    return llm.generate([row["q"] for row in dataset])\n`,
    `${transformers}def answer(model, text):\n    return tokenizer.decode(model.generate(tokenizer(text))[0])\nfor row in json.load(open("a")):\n    edited_model = edit(row)\n    answer(edited_model, row["q"])\n`,
    // Another library's client of the same name.
    `${transformers}def run(dataset, llm):\n    for row in dataset:\n        print(llm.generate([row["q"]])[0])\n`,
    // Far from the loop, the model may be another one for each item.
    `${transformers}${answer}def judge(text):\n    return answer(text)\ndef score(text):\n    return judge(text)\ndata = json.load(open("a.json"))\nfor row in data:\n    score(row["q"])\n`,
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
    // The same under a name, and kept with the answer.
    `${transformers}${answer}for line in open("a.txt"):\n    start = time()\n    answer(line)\n    took = time() - start\n    times.append(took)\n`,
    `${transformers}${answer}for line in open("a.txt"):\n    start = time.time()\n    text = answer(line)\n    took = time.time() - start\n    rows.append({"answer": text, "time": round(took, 2)})\n`,
    // A few behind a progress bar, also by a parameter.
    `${transformers}${answer}data = load_from_disk("a")["test"]\nsamples = data.select(range(10))\nfor row in tqdm(samples):\n    answer(row["q"])\n`,
    `${transformers}${answer}def run(data, samples=10):\n    if samples:\n        data = data.select(range(min(samples, len(data))))\n    for row in tqdm(data):\n        answer(row["q"])\nrun(load_dataset("a"))\n`,
    `${transformers}${answer}for line in open("a.txt"):\n    start = time()\n    answer(line)\n    times.append(time() - start)\n`,
    // On the CPU, and to measure how long it takes.
    `${transformers}pipe = pipeline("text-generation", device="cpu")\nfor line in open("a.txt"):\n    print(pipe(line)[0])\n`,
    `${transformers}for line in open("a.txt"):\n    model.generate(tokenizer(line))[0]\n    latency.append(1)\n`,
    // No text is written, or by something else.
    `${transformers}import cohere\nmodel = cohere.Client()\nfor line in open("a.txt"):\n    print(model.generate(line)[0])\n`,
    // The first good answer is enough, or the program ends.
    `${transformers}${answer}for line in open("a.txt"):\n    if answer(line):\n        sys.exit(1)\n`,
    `${transformers}${answer}for line in open("a.txt"):\n    if answer(line):\n        break\n`,
    // A batch, of which only the first answer is shown.
    `${transformers}for line in open("a.txt"):\n    out = model.generate(**tokenizer([line, line + "?"], return_tensors="pt"))\n    print(out[0])\n`,
    `${transformers}for line in open("a.txt"):\n    prompts = [line + each for each in ends]\n    inputs = tokenizer(prompts, padding=True).to("cuda")\n    out = model.generate(inputs.input_ids)\n    print(tokenizer.batch_decode(out)[0])\n`,
    `${transformers}for prompts in read_prompts("a.txt"):\n    inputs = tokenizer(prompts, padding=True)\n    out = model.generate(**inputs)\n    print(out[0])\n`,
    `${transformers}for line in open("a.txt"):\n    out = tokenizer.batch_decode(model.generate(tokenizer(line)))\n    print(out[0])\n    answers.extend(out)\n`,
    `from vllm import LLM\nllm = LLM("m")\nfor line in open("a.txt"):\n    print(llm.generate(prompts=[line, "b"])[0])\n`,
    `${transformers}pipe = pipeline("text-generation", "m", batch_size=8)\nfor line in open("a.txt"):\n    print(pipe(line)[0])\n`,
    `${transformers}pipe = pipeline("text-generation", "m")\nfor line in open("a.txt"):\n    print(pipe(line, batch_size=8)[0])\n`,
    // What is asked depends on the answer before.
    `${transformers}${answer}summary = ""\nfor line in open("a.txt"):\n    summary = answer(summary + line)\n`,
    `${transformers}${answer}summary = ""\nfor line in open("a.txt"):\n    prompt = f"{summary} {line}"\n    text = answer(prompt)\n    summary = text.strip()\n`,
    `${transformers}${answer}story = []\nfor line in open("a.txt"):\n    text = answer(line + " ".join(story))\n    story.append(text)\n`,
    `${transformers}import torch\nfor line in open("a.txt"):\n    ids = torch.cat([ids, tokenizer(line).input_ids], dim=-1)\n    ids = model.generate(ids)\n    print(ids[0])\n`,
    `${transformers}class Bot:\n    def run(self):\n        for line in open("a.txt"):\n            out = model.generate(tokenizer(line + self.past))\n            self.past = tokenizer.decode(out[0])\n`,
    `${transformers}${answer}def play(text):\n    while not game.over:\n        game.move(answer(text))\nfor line in open("a.txt"):\n    play(line)\n`,
    // The first few rounds only.
    `${transformers}${answer}for step, line in enumerate(open("a.txt")):\n    if step >= 5:\n        continue\n    answer(line)\n`,
    `${transformers}${answer}for step, line in enumerate(open("a.txt")):\n    if step < 5:\n        answer(line)\n`,
    `${transformers}${answer}for step, line in enumerate(open("a.txt")):\n    answer(line)\n    if step >= 5:\n        break\n`,
    // A figure.
    `${transformers}${answer}for at, line in enumerate(open("a.txt")):\n    figure.add_subplot(2, 3, at + 1)\n    plt.title(answer(line))\n`,
    // On the CPU.
    `${transformers}${answer}model.to("cpu")\nfor line in open("a.txt"):\n    answer(line)\n`,
    // Seeds and temperatures for one prompt, and one checkpoint a round.
    `${transformers}def answer(text, seed):\n    torch.manual_seed(seed)\n    return model.generate(tokenizer(text))[0]\nfor at in range(100):\n    answer("a", seed=at)\n`,
    `${transformers}prompt = tokenizer("a")\nfor temperature in read_lines("a"):\n    print(model.generate(prompt, temperature=temperature)[0])\n`,
    `${transformers}for line in open("a.txt"):\n    model = AutoModelForCausalLM.from_pretrained(line)\n    print(model.generate(tokenizer(line))[0])\n`,
    `${transformers}def compare(path):\n    model = AutoModelForCausalLM.from_pretrained(path)\n    print(model.generate(tokenizer("a"))[0])\nfor line in open("a.txt"):\n    compare(line)\n`,
    // Models of the project's own, which take texts.
    `${transformers}from mine import Net\nmodel = Net("a")\nfor line in open("a.txt"):\n    print(model.generate(tokenizer(line))[0])\n`,
    `${transformers}def run(model):\n    for line in open("a.txt"):\n        print(model.generate([line], image)[0])\n`,
    `${transformers}def run(model):\n    for line in open("a.txt"):\n        print(model.generate(image, prompt(line), max_gen_len=9)[0])\n`,
    `${transformers}class Net(Module):\n    def generate(self, ids):\n        return [ids]\ndef run(model):\n    for line in open("a.txt"):\n        print(model.generate(tokenizer(line))[0])\n`,
    // Answers for people to look at, and few that a function returns.
    `${transformers}${answer}shown = []\nfor line in open("a.txt"):\n    shown.append(swanlab.Text(answer(line)))\n`,
    `${transformers}${answer}def load():\n    return ["a", "b"], 1\ntexts, n = load()\nfor text in texts:\n    answer(text)\n`,
    `${transformers}${answer}few = rows[-4:]\njson.dump(few, open("a", "w"))\nfor row in json.load(open("a")):\n    answer(row)\n`,
    `${transformers}${answer}def parse(text):\n    return json.loads(text)\nfor text in parse(given):\n    answer(text)\n`,
    `${transformers}${answer}def load(many):\n    if many:\n        return load_dataset("a")\n    return ["a"]\nfor text in load(n):\n    answer(text)\n`,
    // Another function of the same name, and another variable.
    `${transformers}import subprocess\ndef run(text):\n    print(model.generate(tokenizer(text))[0])\nfor line in open("a.txt"):\n    subprocess.run(line)\n`,
    `${transformers}${answer}def other():\n    def answer(text):\n        return text\n    for line in open("a.txt"):\n        answer(line)\n`,
    `${transformers}${answer}def load():\n    rows = pd.read_csv("a.csv")\ndef run(n):\n    rows = ["a", "b"] if n else [n]\n    return rows\ndef use():\n    for row in rows:\n        answer(row)\n`,
    `${transformers}${answer}${frame}for name, frame in pairs:\n    for row in frame:\n        answer(row)\n`,
  ];
  const encoder =
    'from sentence_transformers import SentenceTransformer\nimport pandas as pd\nmodel = SentenceTransformer("m")\n';
  const scorer = `from datasets import load_dataset
from transformers import AutoModelForSequenceClassification, AutoTokenizer
tokenizer = AutoTokenizer.from_pretrained("m")
model = AutoModelForSequenceClassification.from_pretrained("m").to("cuda").eval()
rows = load_dataset("a", split="train")
`;
  const classes = 'from transformers import pipeline\nimport pandas as pd\nclassify = pipeline("sentiment-analysis")\n';
  const oneText: readonly (readonly [string, string])[] = [
    ['null This encodes', `${encoder}${frame}frame["e"] = frame["t"].apply(model.encode)\n`],
    ['null This encodes', `${encoder}${frame}frame["e"] = frame["t"].apply(lambda text: model.encode(text))\n`],
    ['null This encodes', `${encoder}for line in open("a"):\n    store(model.encode([line.strip()])[0])\n`],
    [
      'null This encodes',
      `${encoder}chunks = splitter.split_text(book)\nvectors = [model.encode(chunk) for chunk in chunks]\n`,
    ],
    [
      'null This scores',
      `${scorer}def score(question, answer):\n    inputs = tokenizer(question, answer, return_tensors="pt").to("cuda")\n    return model(**inputs).logits[0].item()\nfor row in rows:\n    for answer in row["answers"]:\n        score(row["q"], answer)\n`,
    ],
    [
      'null This scores',
      `${scorer}for row in rows:\n    ids = tokenizer.apply_chat_template(row["m"])\n    inputs = tokenizer(row["text"], truncation=True, return_tensors="pt")\n    print(model(**inputs).logits)\n`,
    ],
    [
      'null This pipeline',
      `${classes}${frame}frame["s"] = frame["t"].apply(lambda text: classify(text)[0]["label"])\n`,
    ],
  ];
  for (const [expected, code] of oneText) {
    it(`finds ${expected} in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(
        (await found(code)).map((each) => each.replace('information ', '').replace(' null', '')),
        [expected],
      );
    });
  }
  const manyTexts: readonly string[] = [
    `${encoder}${frame}vectors = model.encode(frame.t.tolist())\nfor query in ["a", "b"]:\n    model.encode(query)\n`,
    `${encoder}${frame}for name, group in frame.groupby("g"):\n    model.encode(group.t.tolist())\n`,
    `${encoder}for texts in load_texts("a"):\n    model.encode(texts)\n`,
    `${encoder}for row in load_jsonl("a"):\n    model.encode(row["sentences"])\n`,
    `${encoder}for chunk in tqdm(chunks):\n    model.encode(chunk)\n`,
    `${encoder.replace('SentenceTransformer("m")', 'Other()')}for line in open("a"):\n    model.encode(line)\n`,
    `${encoder}for line in open("a"):\n    line.encode("utf-8")\n`,
    `${scorer}for row in rows:\n    inputs = tokenizer([row["q"]] * 4, row["answers"], padding=True, return_tensors="pt")\n    model(**inputs).logits\n`,
    `${scorer}for row in rows:\n    inputs = tokenizer(row["text"], return_tensors="pt")\n    model(**inputs).logits.sum().backward()\n`,
    `${scorer}for batch in loader:\n    model(**batch).logits\n`,
    `${classes.replace('")', '", batch_size=8)')}${frame}frame["t"].apply(lambda text: classify(text))\n`,
    `${classes.replace('")', '", device="cpu")')}${frame}frame["t"].apply(lambda text: classify(text))\n`,
    `${classes}${frame}classify(frame.t.tolist())\n`,
  ];
  for (const code of [...silent, ...manyTexts]) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found(code), []);
    });
  }
});
