import assert from 'node:assert/strict';
import { lintWith } from '../support';

const openai = 'from openai import OpenAI\nimport pandas as pd\nimport json\nclient = OpenAI()\n';
const ask = (text: string): string => `client.responses.create(model="gpt-5-mini", input=${text})`;
const helper = `def ask(text):\n    return ${ask('text')}.output_text\n`;
const embed = 'def embed(text):\n    return client.embeddings.create(model="m", input=[text]).data[0].embedding\n';
const frame = 'frame = pd.read_csv("a.csv")\n';
const google = (more: string): string =>
  `from google import genai\nimport pandas as pd\nclient = genai.Client(${more})\n`;
const embedAtGoogle = (model: string, text: string): string =>
  `client.models.embed_content(model=${model}, contents=${text})`;
const bedrock = 'import boto3\nimport pandas as pd\nbedrock = boto3.Session().client(service_name="bedrock-runtime")\n';
const converse = `def generate(model, messages, tools=None, retries=3):
    options = {"inferenceConfig": {}}
    if tools:
        options["toolConfig"] = tools
    for attempt in range(retries):
        try:
            return bedrock.converse(modelId=model, messages=messages, **options)
        except Exception:
            time.sleep(30)
`;
const vertex =
  'import vertexai\nimport json\nfrom vertexai.language_models import TextEmbeddingModel\nmodel = TextEmbeddingModel.from_pretrained("text-embedding-005")\n';

const grounded =
  'import pandas as pd\nfrom vertexai.generative_models import GenerativeModel, Tool, grounding\nframe = pd.read_csv("a.csv")\nlooks = GenerativeModel("m", tools=[Tool.from_google_search_retrieval(grounding.GoogleSearchRetrieval())])\nplain = GenerativeModel("m")\n';

/** The requests of each finding, where they can be counted, and the first words of what it says. */
const found = async (code: string): Promise<readonly string[]> =>
  (await lintWith('hosted-calls-in-loop', code)).map(
    ({ severity, estimate, message }) =>
      `${severity} ${String(estimate?.['calls'])} ${message.startsWith('This embeds') ? 'embeddings' : 'prompts'}`,
  );

describe('hosted-calls-in-loop', () => {
  const cases: readonly (readonly [string, string])[] = [
    // A helper that is given a list of one, what a function makes, a tracker's client, and Voyage AI.
    [
      'null embeddings',
      `${openai}${frame}def embed(texts):\n    return client.embeddings.create(model="m", input=texts).data\nfor _, row in frame.iterrows():\n    vectors[row["id"]] = embed([row["text"]])\n`,
    ],
    [
      'null embeddings',
      'import google.generativeai as genai\nimport pandas as pd\nframe = pd.read_csv("a.csv")\ndef make_embed(model):\n    def embed(text):\n        return genai.embed_content(model=model, content=text)["embedding"]\n    return embed\nframe["v"] = frame["text"].apply(make_embed("models/embedding-001"))\n',
    ],
    [
      'null prompts',
      `from langfuse.openai import OpenAI\nimport pandas as pd\nclient = OpenAI()\n${helper}${frame}frame["a"] = frame["t"].apply(ask)\n`,
    ],
    [
      'null embeddings',
      'import voyageai\nimport pandas as pd\nvoyage = voyageai.Client()\nframe = pd.read_csv("a.csv")\ndef embed(text):\n    return voyage.embed([text], model="voyage-3").embeddings[0]\nframe["v"] = frame["text"].apply(embed)\n',
    ],
    // Another model of the file looks things up; lists of answers are no chats; a cell defines a helper anew.
    [
      'null prompts',
      `${grounded}def ask(text):\n    return plain.generate_content(text).text\nframe["a"] = frame["t"].apply(ask)\n`,
    ],
    [
      'null prompts',
      `${openai}${helper}${frame}chatgpt_answers = []\nfor _, row in frame.iterrows():\n    chatgpt_answers += [ask(row["q"])]\n`,
    ],
    [
      'null prompts',
      `${grounded}def ask(text):\n    return plain.generate_content(text).text\nframe["a"] = frame["t"].apply(ask)\ndef ask(text):\n    return looks.generate_content(text).text\nframe["b"] = frame["t"].apply(ask)\n`,
    ],
    // By label, and with the last one.
    ['null prompts', `${openai}${helper}${frame}frame["a"] = frame.loc[:100, "t"].apply(ask)\n`],
    ['null prompts', `${openai}${frame}for row in frame.itertuples():\n    print(${ask('row.text')})\n`],
    ['null prompts', `${openai}${helper}${frame}frame["a"] = frame["t"].apply(ask)\n`],
    ['null prompts', `${openai}${helper}${frame}frame["a"] = frame.apply(lambda row: ask(row["t"]), axis=1)\n`],
    ['null prompts', `${openai}${helper}with open("a.jsonl") as lines:\n    for line in lines:\n        ask(line)\n`],
    [
      'null prompts',
      `${openai}${helper}data = json.load(open("a.json"))\nanswers = [ask(each["q"]) for each in data]\n`,
    ],
    ['null prompts', `${openai}${helper}def run(items):\n    for item in tqdm(items):\n        ask(item)\n`],
    [
      'null prompts',
      `${openai}${helper}from datasets import load_dataset\nfor row in load_dataset("imdb")["test"]:\n    ask(row["text"])\n`,
    ],
    ['1000 prompts', `${openai}${helper}data = json.load(open("a.json"))\nfor row in data[:1000]:\n    ask(row)\n`],
    ['500 prompts', `${openai}${helper}data = json.load(open("a.json"))\nfor at in range(500):\n    ask(data[at])\n`],
    // Several packages in one import.
    [
      'null prompts',
      `import pandas as pd, openai\n${frame}for text in frame["t"]:\n    print(openai.OpenAI().${ask('text').slice('client.'.length)})\n`,
    ],
    // An answer is kept at a place of its own, beside what was asked.
    [
      'null prompts',
      `${openai}${helper}${frame}for at in tqdm(frame.index):\n    frame.loc[at, "a"] = ask(frame.loc[at, "t"])\n`,
    ],
    [
      'null prompts',
      `${openai}${helper}lines = open("a").readlines()\nfor line in lines:\n    result = pool.apply_async(ask, args=(line,), callback=lambda result: save(result))\n    results.append(result)\n`,
    ],
    ['null prompts', `${openai}${helper}${frame}for at in range(frame.shape[0]):\n    ask(frame.iloc[at])\n`],
    [
      'null prompts',
      `${openai}${helper}def run(items):\n    for item in items:\n        ask(item)\nrun(pd.read_csv("a.csv"))\n`,
    ],
    ['null prompts', `${openai}${helper}def run(df):\n    for item in df.text:\n        ask(item)\n`],
    ['null prompts', `${openai}${helper}${frame}futures = [executor.submit(ask, text) for text in frame["t"]]\n`],
    [
      'null prompts',
      `${openai}${helper}from datasets import load_dataset\ndata = load_dataset("imdb")["test"]\nfor row in tqdm(data.select(range(args.start, args.end))):\n    ask(row["text"])\n`,
    ],
    [
      'null prompts',
      `${openai}${helper}texts = {}\nwith open("a.jsonl") as lines:\n    for line in lines:\n        row = json.loads(line)\n        texts[row["id"]] = row["text"]\nfor key, text in texts.items():\n    executor.submit(ask, text)\n`,
    ],
    [
      'null prompts',
      `${openai}class Asker:\n    def __call__(self, text):\n        return ${ask('text')}\nasker = Asker()\nwith open("a") as lines:\n    for line in lines:\n        asker(line)\n`,
    ],
    [
      '500 prompts',
      `${openai}${helper}from datasets import load_dataset\nfor row in load_dataset("imdb", split="test").select(range(500)):\n    ask(row["text"])\n`,
    ],
    [
      'null prompts',
      `from langchain_openai import ChatOpenAI\nimport pandas as pd\nmodel = ChatOpenAI(model="gpt-5")\ndef judge(path, model):\n    for row in json.load(open(path)):\n        model.invoke(row["answer"])\n`,
    ],
    [
      'null embeddings',
      `from mistralai.client import MistralClient\nimport pandas as pd\ndef embed(text, client):\n    return client.embeddings(model="mistral-embed", input=text).data[0].embedding\nclient = MistralClient(api_key=key)\n${frame}frame["v"] = frame.t.apply(lambda text: embed(text, client))\n`,
    ],
    [
      'null embeddings',
      `from llama_index.embeddings.openai import OpenAIEmbedding\nfrom datasets import load_dataset\nmodel = OpenAIEmbedding()\nfor row in load_dataset("a", split="train"):\n    model.get_text_embedding(row["text"])\n`,
    ],
    [
      'null embeddings',
      `from langchain_openai import OpenAIEmbeddings\nimport pandas as pd\nmodel = OpenAIEmbeddings()\n${frame}frame["v"] = frame["t"].apply(lambda text: model.embed_query(text))\n`,
    ],
    [
      'null prompts',
      `import openai\nopenai.api_type = "azure"\nopenai.api_base = url\nfor line in open("a"):\n    openai.ChatCompletion.create(engine="e", messages=[line])\n`,
    ],
    [
      'null prompts',
      `${openai}${helper}rows = []\nfor line in open("a"):\n    rows.append(line)\nfor row in rows:\n    ask(row)\n`,
    ],
    ['null prompts', `${openai}${helper}${frame}for text in (\n    frame.t\n):\n    ask(text)\n`],
    // A loop inside asks more often for each item, and one that tries again does not.
    [
      'null prompts',
      `${openai}${helper}data = load()\nfor at in range(500):\n    for role in roles:\n        ask(data[at], role)\n`,
    ],
    [
      '500 prompts',
      `${openai}${helper}def sure(text):\n    for _ in range(3):\n        try:\n            return ask(text)\n        except Exception:\n            pass\nfor at in range(500):\n    sure(data[at])\n`,
    ],
    ['null embeddings', `${openai}${embed}${frame}frame["v"] = frame["t"].progress_apply(embed)\n`],
    [
      'null embeddings',
      `import openai\nimport pandas as pd\n${frame}for text in frame["t"].tolist():\n    v = openai.Embedding.create(input=text, model="m")["data"][0]["embedding"]\n`,
    ],
    [
      'null prompts',
      `import anthropic\nclient = anthropic.Anthropic()\nfor line in open("a.txt"):\n    client.messages.create(model="m", max_tokens=5, messages=[{"role": "user", "content": line}])\n`,
    ],
    [
      'null prompts',
      `from google import genai\nclient = genai.Client()\nfor line in open("a.txt"):\n    client.models.generate_content(model="m", contents=line)\n`,
    ],
    [
      'null prompts',
      `from litellm import completion\nimport pandas as pd\n${frame}for text in frame.text:\n    completion(model="gpt-5", messages=[{"role": "user", "content": text}])\n`,
    ],
    // A loop that ends only at an error, or where someone asks for less.
    [
      'null prompts',
      `${openai}${helper}data = json.load(open("a.json"))\nfor row in tqdm(data):\n    try:\n        ask(row)\n    except Exception as error:\n        if "quota" in str(error):\n            break\n        sys.exit(1)\n`,
    ],
    [
      'null prompts',
      `${openai}${helper}for at, line in enumerate(open("a")):\n    if args.limit and at >= args.limit:\n        break\n    ask(line)\n`,
    ],
    // The entries of a file, its rows, and what an own function reads.
    [
      'null prompts',
      `${openai}${helper}data = json.load(open("a.json"))\nfor key, value in data.items():\n    ask(value["q"])\n`,
    ],
    [
      'null prompts',
      `${openai}${helper}with open("a.pkl", "rb") as file:\n    data = pickle.loads(file.read())\nfor row in data:\n    ask(row)\n`,
    ],
    ['60 prompts', `${openai}${helper}ROWS = 60\nframe = frame.head(ROWS)\nfor text in frame.text:\n    ask(text)\n`],
    ['null prompts', `${openai}${helper}${frame}for text in frame.sample(frac=1).text:\n    ask(text)\n`],
    [
      'null prompts',
      `${openai}${helper}def questions_of(path):\n    with open(path) as file:\n        return [json.loads(line) for line in file]\nfor row in questions_of("a"):\n    ask(row)\n`,
    ],
    ['null prompts', `${openai}${helper}def run(test_data):\n    for row in test_data:\n        ask(row)\n`],
    // Lists that grow, are chosen from, or drawn.
    [
      'null prompts',
      `${openai}${helper}rows = []\nrows += json.load(open("a.json"))\nrows += json.load(open("b.json"))\nfor row in rows:\n    ask(row)\n`,
    ],
    [
      'null prompts',
      `${openai}${helper}rows = []\nfor path in paths:\n    rows.extend(json.load(open(path)))\nfor row in rows:\n    ask(row)\n`,
    ],
    [
      'null prompts',
      `${openai}${helper}rows = []\nfor line in open("a"):\n    rows += [json.loads(line)]\nfor row in rows:\n    ask(row)\n`,
    ],
    [
      'null prompts',
      `${openai}${helper}data = json.load(open("a.json"))[:1000]\nfor row in [each for each in data if each["q"]]:\n    ask(row)\n`,
    ],
    [
      '500 prompts',
      `${openai}${helper}import random\nfor row in random.sample(json.load(open("a.json")), k=500):\n    ask(row)\n`,
    ],
    [
      'null prompts',
      `${openai}${helper}import random\nfor row in filter(None, random.sample(json.load(open("a.json")), 500)):\n    ask(row)\n`,
    ],
    [
      'null prompts',
      `${openai}${helper}${frame}frame = frame[frame.course == "ml"]\nrows = frame.to_dict(orient="records")\nrows = [row for row in rows if row["q"]]\nfor row in rows:\n    ask(row)\n`,
    ],
    ['null prompts', `${openai}${helper}${frame}run = partial(ask, model="m")\nexecutor.map(run, frame["t"])\n`],
    [
      'null prompts',
      `${openai}${helper}def work(answers, files):\n    for file in files:\n        ask(answers[file])\npool.starmap(work, parts)\n`,
    ],
    [
      'null prompts',
      `${openai}${helper}search = Elasticsearch("http://localhost:9200")\nfor line in open("a"):\n    ask(line)\n`,
    ],
    [
      'null prompts',
      `${openai}${helper}base_url = "https://github.com/a/b"\nrows = pd.read_csv(f"{base_url}/c.csv")\nfor row in rows.itertuples():\n    ask(row)\n`,
    ],
    // Of two clients the one without an address, and addresses of providers.
    [
      'null prompts',
      `${openai}local = OpenAI(base_url="http://localhost:8000/v1")\nfor line in open("a"):\n    ${ask('line')}\n`,
    ],
    [
      'null prompts',
      `from openai import OpenAI\nclass Judge:\n    def __init__(self):\n        self.client = OpenAI(base_url="https://dashscope.aliyuncs.com/compatible-mode/v1")\n    def ask(self, text):\n        return self.${ask('text')}\njudge = Judge()\nfor line in open("a"):\n    judge.ask(line)\n`,
    ],
    [
      'null prompts',
      `from openai import OpenAI\nADDRESS = "https://api.groq.com/openai/v1"\nclient = OpenAI(base_url=ADDRESS)\nfor line in open("a"):\n    ${ask('line')}\n`,
    ],
    // Google's models that take lists.
    [
      'null embeddings',
      `${google('api_key=key')}def embed(text):\n    return ${embedAtGoogle('"gemini-embedding-001"', 'text')}.embeddings[0].values\n${frame}frame["e"] = frame["t"].apply(embed)\n`,
    ],
    [
      'null embeddings',
      `${google('vertexai=True')}MODEL = "text-embedding-005"\n${frame}frame["e"] = frame.apply(lambda row: ${embedAtGoogle('MODEL', 'row["t"]')}, axis=1)\n`,
    ],
    [
      'null embeddings',
      `${google('')}def embed(contents: str):\n    return ${embedAtGoogle('"text-embedding-004"', 'contents')}\n${frame}vectors = [embed(text) for text in frame["t"]]\n`,
    ],
    [
      'null embeddings',
      `import google.generativeai as genai\nimport pandas as pd\n${frame}for text in frame["t"]:\n    genai.embed_content(model="models/text-embedding-004", content=text)["embedding"]\n`,
    ],
    [
      'null embeddings',
      `${vertex}for text in splitter.split_text(book):\n    model.get_embeddings([text])[0].values\n`,
    ],
    // Parts of a long text, and a frame that is made of them.
    [
      'null embeddings',
      `${openai}${embed}parts = [text[i : i + 500] for i in range(0, len(text), 500)]\nvectors = [embed(part) for part in parts]\n`,
    ],
    [
      'null embeddings',
      `${openai}${embed}titles = [each.page_content for each in splitter.split_documents(pages)]\nframe = pd.DataFrame({"t": titles})\nframe["e"] = frame["t"].apply(lambda text: embed(text))\n`,
    ],
    // In Ray's processes.
    [
      'null prompts',
      `import ray\n${openai}@ray.remote(num_cpus=4)\n${helper}${frame}handles = []\nfor text in frame["t"]:\n    handles.append(ask.remote(text))\n`,
    ],
    // A helper of a helper of a helper.
    [
      'null prompts',
      `${openai}def complete(**given):\n    return client.responses.create(**given)\ndef ask(text):\n    return complete(model="m", input=text)\ndef judge(row):\n    return ask(row["t"])\nwith Pool(4) as pool:\n    pool.map(judge, json.load(open("a.json")))\n`,
    ],
    // In several threads or processes.
    ['null prompts', `${openai}${helper}${frame}futures = {executor.submit(ask, text) for text in frame["t"]}\n`],
    ['null prompts', `${openai}${helper}${frame}Parallel(n_jobs=8)(delayed(ask)(text) for text in tqdm(frame["t"]))\n`],
    ['null prompts', `${openai}${helper}${frame}answers = list(executor.map(partial(ask, model="m"), frame["t"]))\n`],
    ['null prompts', `${openai}${helper}${frame}answers = thread_map(ask, frame["t"], max_workers=8)\n`],
    [
      'null prompts',
      `${openai}${helper}for line in open("a"):\n    threading.Thread(target=ask, args=(line,)).start()\n`,
    ],
    [
      'null prompts',
      `${openai}async def ask(text):\n    return await ${ask('text')}\nasync def main():\n    await asyncio.gather(*[ask(line) for line in open("a")])\n`,
    ],
    // Other ways to ask.
    [
      'null prompts',
      `import boto3, json\nbedrock = boto3.client("bedrock-runtime")\nfor line in open("a"):\n    bedrock.converse(modelId="us.anthropic.claude-3-haiku-20240307-v1:0", messages=[line])\n`,
    ],
    [
      'null prompts',
      `import requests\nfrom tqdm import tqdm\nfor line in open("a"):\n    requests.post("https://api.openai.com/v1/chat/completions", headers=headers, json={"messages": [line]})\n`,
    ],
    [
      'null prompts',
      `from langchain_openai import ChatOpenAI\nimport pandas as pd\nmodel = ChatOpenAI(model="gpt-5")\nchain = prompt | model | parser\nfor line in open("a"):\n    chain.invoke({"text": line})\n`,
    ],
    [
      'null prompts',
      `from mistralai.client import MistralClient\nclient = MistralClient(api_key=key)\nfor line in open("a"):\n    client.chat(model="m", messages=[line])\n`,
    ],
    [
      'null prompts',
      `import anthropic\nclient = anthropic.Anthropic()\nfor line in open("a"):\n    client.completions.create(model="claude-2", prompt=line, max_tokens_to_sample=5)\n`,
    ],
    // The model is an argument of a helper, which may be given tools, and tries again.
    [
      'null prompts',
      `${bedrock}${converse}for row in load_dataset("a", split="train"):\n    generate("us.amazon.nova-pro-v1:0", [row["t"]])\n`,
    ],
    [
      'null prompts',
      `${bedrock}def judge(text, model="anthropic.claude-3-haiku-20240307-v1:0"):\n    return bedrock.invoke_model(modelId=model, body=text)\n${frame}frame["a"] = frame.apply(lambda row: judge(row["t"]), axis=1)\n`,
    ],
    [
      'null prompts',
      `${bedrock}class Judge:\n    def __init__(self, model):\n        self.model = model\n    def ask(self, text):\n        return bedrock.converse(modelId=self.model, messages=[text])\njudge = Judge("amazon.nova-lite-v1:0")\nwith ThreadPoolExecutor() as pool:\n    answers = list(pool.map(judge.ask, pd.read_csv("a.csv")["t"]))\n`,
    ],
    // What another function of the file streams or measures.
    [
      'null prompts',
      `${bedrock}def measure(text):\n    """Measures latency."""\n    return bedrock.converse_stream(modelId="m", stream=True)\n${converse}def run(frame):\n    for row in frame.itertuples():\n        generate("us.amazon.nova-pro-v1:0", [row.t])\nrun(pd.read_csv("a.csv"))\n`,
    ],
    // A frame that gets its columns one after the other.
    [
      '100 prompts',
      `${openai}${helper}rows = pd.read_json("a.json", lines=True)["t"]\nframe = pd.DataFrame()\nfor role in ["system", "user"]:\n    frame[role] = rows.apply(lambda row: row[role])\nframe = frame[:100]\nfor at in range(len(frame)):\n    ask(frame["user"][at])\n`,
    ],
    // Azure, and a list of one text that is split if it is long.
    [
      'null embeddings',
      `from openai import AzureOpenAI\nimport pandas as pd\nclient = AzureOpenAI()\ndef embed(client, title, text):\n    parts = [" ".join([title, text])]\n    if size:\n        parts = split(parts[0], size)\n    return [each.embedding for each in client.embeddings.create(model="m", input=parts).data]\n${frame}frame["e"] = frame.apply(lambda row: embed(client, row["title"], row["t"]), axis=1)\n`,
    ],
  ];
  for (const [expected, code] of cases) {
    it(`finds ${expected} in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found(code), [`information ${expected}`]);
    });
  }

  it('reports a loop once, and does not count several requests of a round', async () => {
    const twice = `${openai}${helper}data = json.load(open("a.json"))\nfor row in data[:1000]:\n    ask(row) if row else ${ask('row')}\n`;
    assert.deepEqual(await found(twice), ['information null prompts']);
  });

  it('reports each loop that calls the same function', async () => {
    const two = `${openai}${helper}${frame}for text in frame["t"]:\n    ask(text)\nfor row in frame.itertuples():\n    ask(row.t)\n`;
    assert.deepEqual(await found(two), ['information null prompts', 'information null prompts']);
  });

  const silent: readonly string[] = [
    `${grounded}def ask(text):\n    return looks.generate_content(text).text\nframe["a"] = frame["t"].apply(ask)\n`,
    `${openai}${helper}missing = [row for row in json.load(open("a")) if not row["text"]]\nfor row in missing:\n    ask(row["id"])\n`,
    `${openai}${helper}${frame}total = 0\nfor row in frame.itertuples():\n    start = time.time()\n    ask(row.text)\n    total += time.time() - start\n`,
    // A model that no call names, tools that a call gives, and a frame of a few rows.
    `${bedrock}${converse}for row in open("a"):\n    generate(model, [row])\n`,
    `${bedrock}${converse}def run(path):\n    for row in open(path):\n        generate("amazon.nova-pro-v1:0", [row], tools=mine)\n`,
    `${openai}${helper}frame = pd.DataFrame()\nframe["t"] = ["a", "b"]\nfor at in range(len(frame)):\n    ask(frame["t"][at])\n`,
    // A function that measures, wherever the loop is.
    `${openai}def ask(text):\n    start = time.perf_counter()\n    return ${ask('text')}\ndef run(path):\n    for line in open(path):\n        ask(line)\n`,
    `${openai}${helper}for line in open("a"):\n    ask(line)\n    latency.append(1)\n`,
    // Examples.
    `${openai}${helper}for text, label in zip(data[0:5], json.load(open("a"))):\n    ask(text)\n`,
    `${openai}${helper}def run(dataset):\n    for row in dataset:\n        ask(row)\nrun(["a", "b"])\n`,
    `${openai}${helper}for question in ["Why?", "Who?"]:\n    ask(question)\n`,
    `${openai}${helper}${frame}for row in frame.head().itertuples():\n    ask(row.t)\n`,
    `${openai}${helper}${frame}for row in frame[:10].itertuples():\n    ask(row.t)\n`,
    `${openai}${helper}data = json.load(open("a.json"))\nfor row in data[:5]:\n    ask(row)\n`,
    `${openai}${helper}for question in questions:\n    ask(question)\n`,
    `${openai}${helper}${frame}for at, row in frame.iterrows():\n    ask(row.t)\n    if at > 3:\n        break\n`,
    // One prompt of several items, and prompts that depend on the answer before.
    `${openai}${helper}lines = open("a").readlines()\nfor line in lines:\n    text += line\n    if at == 5:\n        ask(text)\n`,
    `${openai}${helper}lines = open("a").readlines()\nsummary = ""\nfor line in lines:\n    summary = ask(summary + line)\n`,
    `${openai}import subprocess\ndef run(text):\n    ${ask('text')}\nfor line in open("a"):\n    subprocess.run(line)\n`,
    // The same prompt each time, and another try.
    `${openai}${helper}for at in range(500):\n    ask("Tell a joke.")\n`,
    `${openai}def f(text):\n    for _ in range(3):\n        return ${ask('text')}\n`,
    // A conversation.
    `${openai}messages = []\n${frame}for row in frame.itertuples():\n    messages.append({"role": "user", "content": row.t})\n    client.chat.completions.create(model="m", messages=messages, user=row.id)\n`,
    `${openai}${frame}for row in frame.itertuples():\n    for part in client.chat.completions.create(model="m", messages=row.m, stream=True):\n        print(part)\n`,
    `${openai}${frame}for row in frame.itertuples():\n    client.chat.completions.create(model="m", messages=row.m, tools=tools)\n`,
    // Addresses without a batch interface, or that the code does not tell.
    `from openai import OpenAI\nclient = OpenAI(base_url="https://api.deepseek.com")\nfor line in open("a"):\n    ${ask('line')}\n`,
    `from openai import OpenAI\nclient = OpenAI(base_url=args.base_url)\njudge = OpenAI()\nfor line in open("a"):\n    ${ask('line')}\n`,
    `import os\n${openai}os.environ["OPENAI_BASE_URL"] = "http://localhost:8000"\nfor line in open("a"):\n    ${ask('line')}\n`,
    `from openai import OpenAI\ndef run(client):\n    for line in open("a"):\n        ${ask('line')}\nrun(OpenAI(base_url="http://localhost"))\n`,
    // One text a request at Vertex AI, titles of one text, unknown models, and lists.
    `${google('vertexai=True')}for line in open("a"):\n    ${embedAtGoogle('"gemini-embedding-001"', 'line')}\n`,
    `${google('')}for line in open("a"):\n    ${embedAtGoogle('"text-embedding-004"', 'line, config={"title": 1}').replace('{"title": 1}', 'Config(title=line)')}\n`,
    `${google('')}for line in open("a"):\n    ${embedAtGoogle('name', 'line')}\n`,
    `${google('')}${frame}for at in range(0, len(frame), 9):\n    ${embedAtGoogle('"text-embedding-004"', 'list(frame.t[at : at + 9])')}\n`,
    `${google('')}for texts in load_texts("a"):\n    ${embedAtGoogle('"text-embedding-004"', 'texts')}\n`,
    `${vertex}batches = json.load(open("a"))\nfor batch in batches:\n    model.get_embeddings(batch)\n`,
    `${openai}${embed}parts = [rows[i : i + 500] for i in range(0, len(rows), 500)]\nvectors = [embed(part) for part in parts]\n`,
    `${openai}${embed}frame = pd.DataFrame({"t": ["a", "b"]})\nframe["e"] = frame["t"].apply(lambda text: embed(text))\n`,
    // Servers of one's own.
    `from openai import OpenAI\nclient = OpenAI(base_url="http://localhost:8000/v1")\nfor line in open("a"):\n    ${ask('line')}\n`,
    `from openai import OpenAI\nconfig = {"base_url": address}\nclient = OpenAI(**config)\nfor line in open("a"):\n    ${ask('line')}\n`,
    `import openai\nclient = model.openai_client()\nfor line in open("a"):\n    ${ask('line')}\n`,
    // Already in lists or batches.
    `${openai}${frame}for at in range(0, len(frame), 100):\n    client.embeddings.create(model="m", input=list(frame.t[at : at + 100]))\n`,
    `${openai}batches = json.load(open("a.json"))\nfor batch in batches:\n    client.embeddings.create(model="m", input=batch)\n`,
    `${openai}${helper}for line in open("a"):\n    ask(line)\nclient.batches.create(input_file_id="f")\n`,
    `${openai}${helper}rows = []\nrows += ["a", "b"]\nrows.extend(["c"])\nfor row in rows:\n    ask(row)\n`,
    `${openai}${helper}import random\nfor row in random.sample(json.load(open("a.json")), 10):\n    ask(row)\n`,
    `${openai}${helper}rows = ["a", "b"]\nrows = [row for row in rows if row]\nfor row in rows:\n    ask(row)\n`,
    `${openai}${helper}run = partial(ask, model="m")\nexecutor.map(other, open("a"))\n`,
    `${openai}${helper}import ray\nfor line in open("a"):\n    other.remote(line)\n`,
    // Few entries, and what a model or a service answered.
    `${openai}${helper}${frame}for text in frame.head(10).t:\n    ask(text)\n`,
    `${openai}${helper}from datasets import load_dataset\nfor name, split in load_dataset("imdb").items():\n    ask(split)\n`,
    `${openai}${helper}def plan(text):\n    return json.loads(${ask('text')}.output_text)\nfor part in plan("a"):\n    ask(part)\n`,
    // The first good answer, a few rounds, and a limit that is a few.
    `${openai}${helper}for line in open("a"):\n    try:\n        print(ask(line))\n        break\n    except Exception:\n        pass\n`,
    `${openai}${helper}for at, line in enumerate(open("a")):\n    if args.limit or at >= 5:\n        break\n    ask(line)\n`,
    // Models of one's own, embeddings, logs for distillation, and unknown ones.
    `import boto3\nbedrock = boto3.client("bedrock-runtime")\nfor line in open("a"):\n    bedrock.invoke_model(modelId=arn, body=line)\n`,
    `import boto3\nbedrock = boto3.client("bedrock-runtime")\nfor line in open("a"):\n    bedrock.invoke_model(modelId="amazon.titan-embed-text-v1", body=line)\n`,
    `import boto3\nbedrock = boto3.client("bedrock-runtime")\nfor line in open("a"):\n    bedrock.converse(modelId="amazon.nova-pro-v1:0", messages=[line], requestMetadata=project)\n`,
    `import requests\nfrom tqdm import tqdm\nAPI = "https://api.openai.com/v1/chat/completions"\nfor line in open("a"):\n    requests.post(other, json={"messages": [line]})\n`,
    `from langchain_openai import ChatOpenAI\nimport pandas as pd\nmodel = ChatOpenAI(model="gpt-5").bind_tools(tools)\nfor line in open("a"):\n    model.invoke(line)\n`,
    `from langchain_openai import ChatOpenAI\nimport pandas as pd\nmodel = ChatOpenAI(model="gpt-5", openai_api_base="http://gpu:8000")\nfor line in open("a"):\n    model.invoke(line)\n`,
    `from langchain_openai import ChatOpenAI\nimport pandas as pd\nmodel = ChatOpenAI(model="gpt-5")\nfor line in open("a"):\n    retriever.invoke(line)\n`,
    // A tool that someone waits for.
    `${openai}${helper}texts = {}\nfor name in ["a", "b"]:\n    texts[name] = name\nfor key, text in texts.items():\n    ask(text)\n`,
    `${openai}class Asker:\n    def __call__(self, text):\n        return ${ask('text')}\nasker = Asker()\nasker("a")\nwith open("a") as lines:\n    for line in lines:\n        other(line)\n`,
    `${openai}${helper}from datasets import load_dataset\nfor row in load_dataset("imdb", split="test").select(range(9)):\n    ask(row["text"])\n`,
    `from langchain_openai import ChatOpenAI\nimport pandas as pd\nmodel = ChatOpenAI(model="gpt-5")\ndef find(path, retriever):\n    for row in json.load(open(path)):\n        retriever.invoke(row["answer"])\n`,
    `from langchain_openai import ChatOpenAI\nmodel = ChatOpenAI(model="gpt-5")\nfor line in open("a"):\n    model.invoke(line)\n`,
    // Other libraries' methods of the same names.
    `import openai\nfrom twilio.rest import Client\nclient = Client()\nfor line in open("a"):\n    client.messages.create(body=line)\n`,
    `from huggingface_hub import InferenceClient\nimport openai\nopenai.api_key = key\nclient = InferenceClient()\nfor line in open("a"):\n    client.chat.completions.create(messages=line)\n`,
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found(code), []);
    });
  }

  const file = 'rows = json.load(open("a.json"))\n';
  const more: readonly (readonly [string, readonly string[], string])[] = [
    [
      'a helper of a dictionary',
      ['information null prompts'],
      `${openai}${helper}${file}judges = {"gpt": ask, "other": print}\nfor row in rows:\n    judges[row["judge"]](row["text"])\n`,
    ],
    [
      'a helper of a dictionary that only one text is given',
      [],
      `${openai}${helper}judges = {"gpt": ask}\nprint(judges["gpt"]("Why?"))\n`,
    ],
    [
      'another entry of a dictionary that a loop calls',
      [],
      `${openai}${helper}${file}judges = {"gpt": ask}\nfor row in rows:\n    others[row["judge"]](row["text"])\n`,
    ],
    [
      'tasks of an executor in a comprehension',
      ['information null prompts'],
      `${openai}${helper}${file}with ThreadPoolExecutor() as executor:\n    futures = [executor.submit(ask, row) for row in rows]\n`,
    ],
    [
      'tasks of an executor in a dictionary',
      ['information null prompts'],
      `${openai}${file}def run(workers):\n    def one(row):\n        return ${ask('row')}\n    with ThreadPoolExecutor(workers) as executor:\n        futures = {executor.submit(one, row): row["id"] for row in rows}\n`,
    ],
    [
      'what an earlier run has not done',
      ['hint null prompts'],
      `${openai}${helper}${file}todo = [row for row in rows if row["id"] not in done]\nfor n, row in enumerate(todo, 1):\n    ask(row)\n`,
    ],
    [
      'what an earlier run has not done, with a progress bar',
      ['hint null prompts'],
      `${openai}${helper}${file}have = set(old["id"])\nfor row in tqdm([r for r in rows if r["id"] not in have]):\n    ask(row)\n`,
    ],
    [
      'what is not in a list of words',
      ['information null prompts'],
      `${openai}${helper}${file}todo = [row for row in rows if row["id"] not in blocked]\nfor row in todo:\n    ask(row)\n`,
    ],
    [
      'a list that several loops fill',
      ['information null prompts'],
      `${openai}${helper}${file}work = []\nfor row in rows:\n    for kind in ["a", "b"]:\n        work.append((row, kind))\nfor row, kind in work:\n    ask(row)\n`,
    ],
    [
      'a frame that another cell makes of five rows',
      [],
      `${openai}${helper}def make(rows):\n    kept = []\n    for row in rows[:5]:\n        kept.append(row)\n    return pd.DataFrame(kept)\ndef label(df):\n    for text in df["text"]:\n        ask(text)\n`,
    ],
    [
      'a frame that another function makes of all rows',
      ['information null prompts'],
      `${openai}${helper}def make(rows):\n    kept = []\n    for row in rows[:500]:\n        kept.append(row)\n    return pd.DataFrame(kept)\ndef label(df):\n    for text in df["text"]:\n        ask(text)\n`,
    ],
    ...(['df.head(ROWS)', 'df[:ROWS]', 'df.sample(n=ROWS)'] as const).map((cut): [string, string[], string] => [
      `a file into which ${cut} is written`,
      [],
      `${openai}${helper}ROWS = 10\nPATH = "a.pkl"\ndef first():\n    df = pd.read_csv("a.csv")\n    if ROWS > 0:\n        df = ${cut}\n    df["id"] = df.index\n    df.to_pickle(PATH)\ndef second():\n    df = pd.read_pickle(PATH)\n    for _, row in df.iterrows():\n        ask(row["text"])\n`,
    ]),
    [
      'a file into which all is written, or something else',
      ['information null prompts'],
      `${openai}${helper}ROWS = 10\ndef first():\n    df = pd.read_csv("a.csv")\n    df.to_pickle(PATH)\n    df = df.head(ROWS)\n    df.to_pickle(SAMPLE)\ndef second():\n    df = pd.read_pickle(PATH)\n    for _, row in df.iterrows():\n        ask(row["text"])\n`,
    ],
    ...(['k=20', 'k=min(SOME, len(rows))', 'SOME'] as const).map((drawn): [string, string[], string] => [
      `random.sample(rows, ${drawn})`,
      [],
      `${openai}${helper}${file}SOME = 20\nchosen = random.sample(rows, ${drawn})\nfor row in chosen:\n    ask(row)\n`,
    ]),
    [
      'random.sample(rows, k=min(SOME, len(rows))) of many',
      ['information null prompts'],
      `${openai}${helper}${file}SOME = 500\nfor row in random.sample(rows, k=min(SOME, len(rows))):\n    ask(row)\n`,
    ],
  ];
  for (const [what, expected, code] of more) {
    it(`${expected.length === 0 ? 'is silent about' : 'reports'} ${what}`, async () => {
      assert.deepEqual(await found(code), expected, code);
    });
  }

  it('says the range of published figures', async () => {
    const [finding] = await lintWith(
      'hosted-calls-in-loop',
      `${openai}${helper}data = json.load(open("a.json"))\nfor row in data[:1000]:\n    ask(row)\n`,
    );
    assert.match(finding?.message ?? '', /1,000 prompts, 0\.24 to 29 kWh by published figures\. .*the Batch API/);
  });

  describe('knows where requests go', () => {
    const loop = (call: string): string => `for line in open("a"):\n    ${call}\n`;
    const old = 'openai.ChatCompletion.create(engine="e", messages=[line])';
    const azure = (endpoint: string): string =>
      `import openai\nclient = openai.AzureOpenAI(azure_endpoint=${endpoint})\n${loop(ask('line'))}`;
    const made = (body: string, before = ''): string =>
      `from openai import OpenAI\n${before}def make_client():\n    ${body}\ndef get_client():\n    if not hasattr(local, "client"):\n        local.client = make_client()\n    return local.client\nclient = get_client()\n${loop(ask('line'))}`;
    const given: Readonly<Record<string, readonly [string, number]>> = {
      'a proxy for all': [
        `import openai\nopenai.api_type = "azure"\nopenai.api_base = "https://search.proxy.net/gpt"\n${loop(old)}`,
        0,
      ],
      'a proxy under a name': [
        `import openai\nPROXY = "https://search.proxy.net/gpt"\nopenai.api_type = "azure"\nopenai.api_base = PROXY\n${loop(old)}`,
        0,
      ],
      'a proxy for all of version 1': [
        `import openai\nopenai.base_url = "http://10.0.0.3:8000/v1/"\nopenai.api_type = "open_ai"\n${loop('openai.chat.completions.create(messages=[line])')}`,
        0,
      ],
      'a proxy in the environment': [
        `import os\nfrom openai import OpenAI\nos.environ["OPENAI_BASE_URL"] = "https://llm.proxy.net/v1"\nclient = OpenAI()\n${loop(ask('line'))}`,
        0,
      ],
      'a proxy that is the default of the environment': [
        `import os\nfrom openai import OpenAI\nos.environ.setdefault("OPENAI_API_BASE", "https://llm.proxy.net/v1")\nclient = OpenAI()\n${loop(ask('line'))}`,
        0,
      ],
      'Azure for all': [
        `import openai\nopenai.api_type = "azure"\nopenai.api_base = "https://mine.openai.azure.com/"\n${loop(old)}`,
        1,
      ],
      'Azure of an environment': [azure('os.environ["ENDPOINT"]'), 1],
      'Azure by its address': [azure('"https://mine.openai.azure.com"'), 1],
      'Azure by its newer address': [azure('"https://mine.cognitiveservices.azure.com"'), 1],
      'an address that the reader fills in': [azure('"https://YOUR-RESOURCE/"'), 1],
      'another address for Azure': [azure('"https://search.proxy.net/gpt/openapi"'), 0],
      'a client of a function': [made('return OpenAI()', '# base_url = mine\n'), 1],
      'a client of a function with an address': [made('return OpenAI(base_url=config["base_url"])'), 0],
      'settings with an address': [
        made('settings = dict(base_url=config["base_url"])\n    return OpenAI(**settings)'),
        0,
      ],
      'settings without one': [
        made('settings = {"api_key": key}\n    return OpenAI(**settings)', '# base_url = mine\n'),
        1,
      ],
      'a provider that an option chooses': [
        made('if own:\n        return OpenAI(base_url=own)\n    return OpenAI()'),
        1,
      ],
    };
    for (const [what, [code, count]] of Object.entries(given))
      it(`${count === 0 ? 'is silent on' : 'reports'} ${what}`, async () => {
        assert.equal((await found(code)).length, count);
      });
  });

  it('says nothing of a cache where a file keeps answers, or goes on where it ended', async () => {
    const told = async (line: string): Promise<string> =>
      (await lintWith('hosted-calls-in-loop', `${openai}${helper}${line}\nfor line in open("a"):\n    ask(line)\n`))[0]
        ?.message ?? '';
    for (const line of [
      'print("resuming at 9")',
      'done_ids = set()',
      'from functools import lru_cache',
      'if prompt in response_cache: pass',
    ])
      assert.match(await told(line), /takes them at half the price\.$/, line);
    for (const line of ['model.config.use_cache = False', 'torch.cuda.empty_cache()', 'resume_text = "a"'])
      assert.match(await told(line), /a cache by prompt spares those that were asked before\.$/, line);
  });

  it('follows what few calls give to a helper', async () => {
    const run = (given: string): string =>
      `${openai}${helper}data = json.load(open("a.json"))\ndef score(items):\n    for item in tqdm(items, desc="a"):\n        ask(item)\npart = ${given}\nscore(part)\n`;
    assert.equal((await found(run('data[:3]'))).length, 0);
    assert.equal((await found(run('data[0:10]'))).length, 0);
    assert.equal((await found(run('data[:300]'))).length, 1);
    assert.equal((await found(run('data'))).length, 1);
    assert.equal((await found(run('data[:3]').replace('score(part)', 'score(part)\nscore(data)'))).length, 1);
  });

  it('sees answers that go back into their item, and states that change', async () => {
    const translate = (target: string, text: string): string =>
      `${openai}${helper}data = json.load(open("a.json"))\nfor i in range(len(data["items"])):\n    text = ${text}\n    ${target} = ask(text)\n`;
    assert.equal((await found(translate('data["items"][i]["text"]', 'data["items"][i]["text"]'))).length, 1);
    assert.equal((await found(translate('data["items"][i]["a"]["b"]', 'data["items"][i]["q"]'))).length, 1);
    assert.equal(
      (await found(translate('data["state"]["text"]', 'data["state"]["text"] + data["items"][i]'))).length,
      0,
    );
    assert.equal(
      (await found(translate('data["turns"][0]["text"]', 'data["turns"][0]["text"] + data["items"][i]'))).length,
      0,
    );
  });

  it('knows ends of loops at a limit', async () => {
    const run = (
      limit: string,
      retry = 'while True:\n        try:\n            ask(line)\n        except Exception:\n            continue\n        break',
    ): string =>
      `${openai}${helper}parser.add_argument("--most", type=int, default=${limit})\nargs = parser.parse_args()\nfor line in open("a"):\n    ${retry}\n    count += 1\n    if count >= args.most:\n        break\n`;
    assert.equal((await found(run('10000'))).length, 1);
    assert.equal((await found(run('None'))).length, 1);
    assert.equal((await found(run('5'))).length, 0);
    assert.equal((await found(run('5').replace('args.most:', 'other.most:'))).length, 0);
  });

  it('follows a dictionary that a function fills from a file', async () => {
    const run = (jobs: string): string =>
      `${openai}${helper}def load():\n    answers = {}\n    futures = {pool.submit(fetch, job): job for job in ${jobs}}\n    for future in as_completed(futures):\n        key, rows = future.result()\n        answers[key] = rows\n    return answers\nanswers = load()\nfor key, rows in answers.items():\n    for question in ["a", "b"]:\n        for row in rows.get(question, []):\n            ask(row)\n`;
    assert.equal((await found(run('json.load(open("jobs.json"))'))).length, 1);
    assert.equal((await found(run('["a", "b"]'))).length, 0);
  });
  it('leaves out the figures of long answers where the answers are short', async () => {
    const said = async (limit: string): Promise<string> =>
      (
        await lintWith(
          'hosted-calls-in-loop',
          `${openai}data = json.load(open("a.json"))\nfor row in data[:1000]:\n    client.chat.completions.create(model="gpt-4.1-mini", ${limit}, messages=[{"role": "user", "content": row}])\n`,
        )
      )[0]?.message ?? '';
    for (const limit of ['max_tokens=40', 'max_completion_tokens=300', 'extra_body={"max_output_tokens": 5}'])
      assert.match(await said(limit), /1,000 prompts, 240 to 420 Wh by published figures/, limit);
    for (const limit of ['max_tokens=4000', 'max_tokens=most', 'temperature=0'])
      assert.match(await said(limit), /0\.24 to 29 kWh/, limit);
  });

  it('says what several jobs do', async () => {
    const said = async (code: string): Promise<string> =>
      (await lintWith('hosted-calls-in-loop', code))[0]?.message ?? '';
    assert.match(
      await said(
        'from mistralai import Mistral\nclient = Mistral()\nfor line in open("a"):\n    client.chat.complete(model="m", messages=[{"role": "user", "content": line}])\n',
      ),
      /batch jobs \(client\.batch\.jobs\.create\) take them at half the price/,
    );
    assert.match(
      await said(
        'import anthropic\nclient = anthropic.Anthropic()\nfor line in open("a"):\n    client.messages.create(model="m", messages=[{"role": "user", "content": line}])\n',
      ),
      /Message Batches \(client\.messages\.batches\.create\) take them/,
    );
  });
});
