import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from 'recheck';
import ts from 'typescript';
import { nodesOf, placeOf, sources } from '../support/own-sources';

/**
 * Patterns that take more than linear time for some texts, and why those texts cannot be long, whoever wrote them. All
 * others must be linear: https://makenowjust-labs.github.io/recheck/.
 */
const bounded: Readonly<Record<string, string>> = {
  '/^[+-]?(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d+)?$/i': 'an argument that the person wrote',
  '/^amd (athlon|a\\d+|e\\d*|3\\d\\d\\d).*\\d(u|e|c)$|^amd (e\\d*|c|z)-/':
    'the name of the processor, from the operating system',
  '/^amd (a\\d+|turion).*\\d(m|p|b)$|^amd turion/': 'the name of the processor, from the operating system',
  '/:.*$/': 'the name of a folder of the kernel',
  '/\\([^)]*\\)|[®™]/g': 'the name of the processor, from the operating system',
  '/@.*$| - .*$/': 'the name of the processor, from the operating system',
  '/\\bEngine run (?:starting|resuming from iteration \\d+, epoch \\d+ until \\d+ epochs?|starting from \\w+)?.{0,40}\\bmax_epochs=(\\d{1,7})/':
    'one line of output, of which no more than a limit is kept',
  '/^\\s+(\\d{1,7})\\s+([-+\\d.e]{1,40})\\s.*[\\d.]+[sm]\\s*$/':
    'one line of output, of which no more than a limit is kept',
  '/\\bscore=(?:\\(train=[^,]*, test=)?([-\\d.e+]+)/': 'one line of output, of which no more than a limit is kept',
  '/:\\s+\\d{1,3}%.*$/': 'one line of output, of which no more than a limit is kept',
  '/\\[([^\\]\\n]+)\\]\\([^)\\s]+\\)/g': 'the text of our own rules',
  '/@.*$/': 'the name of the processor, from the operating system',
  '/\\bwith (radeon|near|wraith|ryzen).*$|\\bw\\/ radeon.*$|\\bradeon (r\\d|hd|vega|graphics|\\d).*$/':
    'the name of the processor, from the operating system',
  '/ (CPU )?@.*$/': 'the name of the processor, from the operating system',
  '/\\b(?:def|class|import|as|global|nonlocal|del|for|case)\\s[^=(\\n]*$/': 'at most 200 characters before a name',
  '/[A-Za-z]+$/': 'a quantity that we have formatted',
  '/\\.?0+$/': 'a number that we have formatted',
  '/\\/+$/': "an address in the person's own settings",
  '/^[\'"`*<]+|[\'"`*>:=]+$/g': 'one word of at most 60 characters',
};

/** Where patterns are made at run time, and from what: no text from a workspace can become their syntax. */
const madeAtRunTime: Readonly<Record<string, string>> = {
  'power/cpu-identity.ts': 'our own names of fields',
  'practices/checklist-file.ts': 'escaped keys',
  'practices/code-facts.ts': 'our own patterns joined',
  'python/vocabulary.ts': 'our own words',
  'editor/lint/ignore-actions.ts': 'our own words',
  'lint/libraries/distilled.ts': 'the names in our table',
  'lint/libraries/untrained-transformers.ts': 'an identifier of Python',
  'lint/libraries/optuna.ts': 'our own patterns joined',
  'lint/libraries/baselines.ts': 'our own patterns joined',
  'lint/libraries/boosters.ts': 'our own words',
  'lint/libraries/trackers.ts': 'our own words',
  'lint/engine/import-text.ts': 'names of packages',
  'lint/engine/known-arguments.ts': 'an identifier of Python, a number of columns',
  'lint/rules/gradients-in-inference.ts': 'our own words',
  'lint/rules/manual-grid-search/estimators-in-text.ts': 'identifiers of Python, our own words',
};

/**
 * A pattern that is made at run time as a literal, with a name for each variable part; null if its parts come from
 * elsewhere. It is applied to whole texts, like the others.
 */
function literalOf(node: ts.Node): string | null {
  if (!isMadeAtRunTime(node)) return null;
  const [pattern, flags] = node.arguments ?? [];
  if (pattern === undefined) return null;
  const template = ts.isTaggedTemplateExpression(pattern) ? pattern.template : pattern;
  const isRaw = template !== pattern;
  const textOf = (part: ts.TemplateLiteralLikeNode | ts.StringLiteral): string =>
    isRaw ? ((part as ts.TemplateLiteralLikeNode).rawText ?? part.text) : part.text;
  const source = ts.isTemplateExpression(template)
    ? textOf(template.head) + template.templateSpans.map(({ literal }) => `name${textOf(literal)}`).join('')
    : ts.isStringLiteralLike(template)
      ? textOf(template)
      : null;
  return source === null ? null : `/${source}/${flags !== undefined && ts.isStringLiteral(flags) ? flags.text : ''}`;
}

function isMadeAtRunTime(node: ts.Node): node is ts.NewExpression | ts.CallExpression {
  return (ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp';
}

/** Patterns that are known to be linear, so that only new ones must be checked; written with GREEN_ML_UPDATE=1. */
const listPath = join('test', 'fixtures', 'linear-expressions.json');

const isUpdate = process.env['GREEN_ML_UPDATE'] === '1';

async function isLinear(source: string, flags: string): Promise<boolean> {
  const exact = await check(source, flags, { checker: 'automaton', timeout: 30_000 });
  if (exact.status !== 'unknown') return exact.status === 'safe';
  // The exact method does not support lookaheads and long alternatives. For these, search for the slowest texts.
  return (await check(source, flags, { checker: 'fuzz', timeout: 30_000 })).status === 'safe';
}

describe('regular expressions of the product', function () {
  // A pattern is judged by its form, not by time. The limit only ends a hang.
  this.timeout(600_000);
  let files: readonly ts.SourceFile[];

  before(async () => {
    files = await sources();
  });

  it('take linear time', async () => {
    const known = new Set(JSON.parse(await readFile(listPath, 'utf8')) as string[]);
    const linear = new Set<string>();
    const found = new Map<string, string>();
    for (const file of files) {
      for (const node of nodesOf(file)) {
        const pattern = ts.isRegularExpressionLiteral(node) ? node.text : literalOf(node);
        if (pattern !== null) found.set(pattern, placeOf(node));
      }
    }
    assert.ok(found.size > 100);
    const problems: string[] = [];
    for (const [pattern, place] of found) {
      if (pattern in bounded) continue;
      const end = pattern.lastIndexOf('/');
      if (known.has(pattern) || (await isLinear(pattern.slice(1, end), pattern.slice(end + 1)))) linear.add(pattern);
      else problems.push(`${place} ${pattern}`);
    }
    if (isUpdate) await writeFile(listPath, `${JSON.stringify([...linear].sort(), null, 1)}\n`);
    assert.deepEqual(
      problems,
      [],
      'some texts make these slow: make sure that each step can match in only one way, or say above what limits the text',
    );
  });

  it('are reported if they are not linear', async () => {
    for (const pattern of ['(?:zone)[\\w.-]*["\']*:', '^(a+)+$', '\\s+$', '(?<!a\\w*)x\\('])
      assert.equal(await isLinear(pattern, ''), false, pattern);
  });

  it('are also checked if they are made at run time', async () => {
    const file = ts.createSourceFile(
      'x.ts',
      'new RegExp(`(\\\\w+)[ ]*=[ ]*${name}`, "g")',
      ts.ScriptTarget.Latest,
      true,
    );
    const [made] = [...nodesOf(file)].flatMap((node) => literalOf(node) ?? []);
    assert.equal(made, '/(\\w+)[ ]*=[ ]*name/g');
    assert.equal(await isLinear('(\\w+)[ ]*=[ ]*name', 'g'), false);
  });

  it('are made at run time in known places only', () => {
    const found = new Set<string>();
    for (const file of files) {
      for (const node of nodesOf(file)) {
        if (isMadeAtRunTime(node)) found.add(file.fileName);
      }
    }
    assert.deepEqual([...found].sort(), Object.keys(madeAtRunTime).sort());
  });
});
