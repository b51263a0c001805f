import { defineRule } from '../engine/define';
import { rowIterations } from '../libraries/pandas';

export const rowIteration = defineRule({
  id: 'row-iteration',
  practice: null,
  severity: 'hint',
  // Of 22 loops on code that it was not tuned on, 5 ran over a few rows only.
  enabled: false,
  summary: 'A Python loop over the rows of a data frame.',
  details:
    '`DataFrame.iterrows()` of pandas, except on a few rows (`head`, `sample`, a slice), and where the loop calls a model, a service or a file for each row, which takes far longer.',
  why: 'Every row becomes a new `Series`, and its types are looked up again. An operation on whole columns runs in compiled code.',
  remedy:
    'Compute on columns (`df["a"] * df["b"]`, `np.where`, `groupby`, `merge`). If you need a loop, `itertuples()` and `zip(df["a"], df["b"])` create no `Series`.',
  nonCompliant: [
    {
      code: `import pandas as pd

frame = pd.read_csv("data.csv")
total = 0
for index, row in frame.iterrows():
    total += row["price"] * row["count"]
`,
      severity: 'hint',
    },
  ],
  compliant: [
    `import pandas as pd

frame = pd.read_csv("data.csv")
total = (frame["price"] * frame["count"]).sum()
`,
    `import pandas as pd

for index, row in pd.read_csv("data.csv").head(5).iterrows():
    print(row)
`,
    `import pandas as pd

for index, row in pd.read_csv("questions.csv").iterrows():
    answers.append(client.responses.create(model=name, input=row["question"]))
`,
  ],
  messages: {
    iterrows:
      'iterrows() creates a Series for every row. Operations on whole columns run in compiled code. If you need a loop, itertuples() is much cheaper.',
  },
}).on(rowIterations, ({ node }) => ({ node, message: 'iterrows' }));
