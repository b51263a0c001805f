import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from 'recheck';
import ts from 'typescript';
import { nodesOf, placeOf, sources } from '../support/own-sources';

/**
 * Patterns that take more than linear time on some text, and why that text cannot be long, whoever wrote it. All others
 * must be linear: https://makenowjust-labs.github.io/recheck/.
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

/** Where a pattern is made at run time, and what of: nothing that a workspace holds becomes its syntax. */
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
  'lint/engine/known-arguments.ts': 'an identifier of Python, a number of columns',
  'lint/rules/gradients-in-inference.ts': 'our own words',
  'lint/rules/manual-grid-search/estimators-in-text.ts': 'identifiers of Python, our own words',
};

/**
 * A pattern that is made at run time, with a name for each of its parts that vary, as if it were a literal. It is searched in
 * whole texts like the others; null if it is made of parts elsewhere.
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

/** Patterns that were found to be linear, so that only new ones cost time; made with GREEN_ML_UPDATE=1. */
const listPath = join('test', 'fixtures', 'linear-expressions.json');

const isUpdate = process.env['GREEN_ML_UPDATE'] === '1';

async function isLinear(source: string, flags: string): Promise<boolean> {
  const exact = await check(source, flags, { checker: 'automaton', timeout: 30_000 });
  if (exact.status !== 'unknown') return exact.status === 'safe';
  // What the exact way does not know (lookaheads, long alternatives) is tried with the texts that hold it up most.
  return (await check(source, flags, { checker: 'fuzz', timeout: 30_000 })).status === 'safe';
}

describe('regular expressions of the product', function () {
  // A pattern is decided by its form, not by time; the limit ends a hang.
  this.timeout(600_000);
  let files: readonly ts.SourceFile[];

  before(async () => {
    files = await sources();
  });

  it('take a time that grows with the text alone', async () => {
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
      'these can be held up by a text: make each step of theirs have one way only, or say above what bounds the text',
    );
  });

  it('are known to be held up where they could be', async () => {
    for (const pattern of ['(?:zone)[\\w.-]*["\']*:', '^(a+)+$', '\\s+$', '(?<!a\\w*)x\\('])
      assert.equal(await isLinear(pattern, ''), false, pattern);
  });

  it('are looked at too where they are made at run time', async () => {
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
