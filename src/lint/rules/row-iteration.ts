import type { Node } from '../../python/parser';
import { field } from '../../python/syntax';
import { defineRule } from '../engine/define';
import { methodCalls } from '../engine/query';

export const rowIteration = defineRule({
  id: 'row-iteration',
  practice: null,
  severity: 'hint',
  summary: 'A loop in Python over the rows of a data frame.',
  details: '`DataFrame.iterrows()` of pandas, except on a few rows (`head`, `sample`, a slice).',
  why: `Each row becomes a \`Series\` of its own, with its types looked up anew; an operation on whole columns runs in compiled code over the whole array.`,
  remedy: `Compute on columns (\`df["a"] * df["b"]\`, \`np.where\`, \`groupby\`, \`merge\`); where a loop is needed, \`itertuples()\` or \`zip(df["a"], df["b"])\` make no \`Series\`.`,
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
  ],
  messages: {
    iterrows:
      'iterrows() makes a Series of every row. Operations on whole columns run in compiled code; where a loop is needed, itertuples() is much cheaper.',
  },
}).on(methodCalls(['iterrows'], { packages: ['pandas'] }), ({ node, receiver }, { module }) => {
  if (receiver === null || hasFewRows(receiver)) return null;
  const maker = module.callOf(module.evaluate(receiver));
  const isOther =
    maker !== null && (maker.name === null ? hasFewRows(maker.node) : !/^(?:pandas|geopandas)\./.test(maker.name));
  return isOther ? null : { node, message: 'iterrows' };
});

/** True for `frame.head(5)` and `frame[:10]`. */
function hasFewRows(node: Node): boolean {
  if (node.type === 'subscript') return node.childrenForFieldName('subscript').some(({ type }) => type === 'slice');
  const callee = node.type === 'call' ? field(node, 'function') : null;
  const method = callee?.type === 'attribute' ? field(callee, 'attribute')?.text : undefined;
  return method !== undefined && /^(?:head|tail|sample|nlargest|nsmallest|describe|value_counts)$/.test(method);
}
