// A rule is one source file, including its texts and examples. The linter never needs those, so the built product has
// them in a separate file, which is read when somebody opens the page of a rule.
import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { importTypeScript } from './import-typescript.mjs';

const folder = resolve('src/lint/rules');

/** `RuleTexts` in src/lint/engine/rule.ts. */
const textNames = new Set(['details', 'why', 'remedy', 'nonCompliant', 'compliant']);

export const ruleTextsPlugin = {
  name: 'rule-texts',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]lint[\\/]rules[\\/].*\.ts$/ }, async ({ path }) => {
      if (path === join(folder, 'documented.ts')) return documented();
      const source = await readFile(path, 'utf8');
      return { contents: source.includes('defineRule(') ? withoutTexts(source) : source, loader: 'ts' };
    });
  },
};

/** The source of a rule without its texts. Line numbers do not change, for source maps. */
export function withoutTexts(source) {
  const parsed = ts.createSourceFile('rule.ts', source, ts.ScriptTarget.Latest);
  const cuts = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'defineRule') {
      const [facts] = node.arguments;
      for (const property of facts !== undefined && ts.isObjectLiteralExpression(facts) ? facts.properties : []) {
        const name = property.name;
        if (name !== undefined && ts.isIdentifier(name) && textNames.has(name.text))
          cuts.push([property.getStart(parsed), property.end]);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  let text = source;
  for (const [start, end] of cuts.reverse()) {
    const lines = source.slice(start, end).split('\n').length - 1;
    const comma = /^\s*,/.exec(text.slice(end))?.[0].length ?? 0;
    text = text.slice(0, start) + '\n'.repeat(lines) + text.slice(end + comma);
  }
  return text;
}

/** Replaces documented.ts: the same rules, with the texts as data. */
async function documented() {
  const { declaredRules } = await importTypeScript("export { declaredRules } from './src/lint/rules';");
  const texts = Object.fromEntries(
    declaredRules.map((rule) => [rule.id, Object.fromEntries([...textNames].map((name) => [name, rule[name]]))]),
  );
  const files = await readdir(folder, { recursive: true });
  return {
    contents: [
      "import { declaredRules } from '.';",
      `const texts = ${JSON.stringify(texts)};`,
      'export const documentedRules = declaredRules.map((rule) => ({ ...rule, ...texts[rule.id] }));',
    ].join('\n'),
    resolveDir: folder,
    watchFiles: files.filter((file) => file.endsWith('.ts')).map((file) => join(folder, file)),
  };
}
