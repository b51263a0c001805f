import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { TreeCopy } from '../support/tree-copy';

const reader = `import type { FrameworkReader, ProgressUpdate } from './epoch-event';

/** Mill: "turn 3 of 10, flour 0.5". */
export class MillReader implements FrameworkReader {
  read(line: string): readonly ProgressUpdate[] | null {
    const match = /^turn (\\d{1,7}) of (\\d{1,7}), flour (\\d{1,9}\\.\\d{1,9})$/.exec(line);
    if (match === null) return null;
    return [{ unit: 'epoch', epoch: Number(match[1]), of: Number(match[2]), metrics: { flour: Number(match[3]) } }];
  }
}
`;

const readAll = `import { ProgressReader } from './src/runs/progress/progress-reader';

export function answer() {
  return new ProgressReader().feed('Grinding\\nturn 2 of 3, flour 0.7\\n', 5);
}
`;

const practiceRule = `import { defineRule } from '../engine/define';
import { calls } from '../engine/query';

export const coarseFlour = defineRule({
  id: 'coarse-flour',
  practice: 4,
  severity: 'hint',
  summary: 'Flour that is not sieved.',
  details: 'Calls of \`mill.grind\`.',
  why: 'It has to be ground again.',
  remedy: 'Sieve it.',
  nonCompliant: [{ code: 'import mill\\n\\nmill.grind(rye)\\n' }],
  compliant: ['import mill\\n'],
  evidence: { item: 'flour-sieved', contradicts: true, one: 'coarse flour' },
  messages: { coarse: 'Nobody sieved this flour.' },
}).on(calls(['mill.grind']), ({ node }) => ({ node, message: 'coarse' }));
`;

const assessPractices = `import { assess } from './src/practices/assess';
import { changeChecklistText, readChecklist } from './src/practices/checklist-file';
import { gatherEvidence } from './src/practices/evidence';
import { nothingKnown } from './src/practices/facts';
import { reportAsText } from './src/practices/report';

export function answer() {
  const change = { kind: 'tick', practice: 4, item: 'flour-sieved', done: true } as const;
  const ticked = changeChecklistText(null, change);
  const checklist = readChecklist('text' in ticked ? ticked.text : null);
  if (!('checklist' in checklist)) return checklist;
  const finding = { rule: 'coarse-flour', practice: 4, path: 'a.py', cell: null, line: 3, message: '', estimate: null };
  const evidence = gatherEvidence({ ...nothingKnown, lint: { files: 1, findings: [finding] } });
  const assessed = assess(checklist.checklist, evidence);
  return { practice: assessed[3], text: reportAsText({ assessed, next: [], notes: [] }) };
}
`;

interface Assessed {
  readonly practice: {
    readonly status: string;
    readonly items: readonly { readonly id: string; readonly done: boolean; readonly contradicted: boolean }[];
    readonly evidence: readonly { readonly item: string; readonly text: string }[];
  };
  readonly text: string;
}

/** Other recipes have tests of their own: add-a-rule, add-a-library, add-a-source, add-a-field, add-a-provider, add-a-service. */
describe('the recipes of docs/architecture.md', function () {
  this.timeout(600_000);

  it('add a progress format with one file and one line in a list', async () => {
    await TreeCopy.with((copy) => {
      copy.write('src/runs/progress/mill.ts', reader);
      const list = 'src/runs/progress/progress-reader.ts';
      copy.addAfter(
        list,
        /sources: readonly RankedReader\[\] = \[\n/,
        '    { reader: new MillReader(), generic: false },\n',
      );
      copy.addAfter(list, /^/, "import { MillReader } from './mill';\n");
      assert.equal(copy.typeFaults(list), '');
      assert.deepEqual(copy.ask(readAll), [{ unit: 'epoch', epoch: 2, of: 3, metrics: { flour: 0.7 }, at: 5 }]);
    });
  });

  it('change the text of a practice and add an item in one file, with a rule as its evidence', async () => {
    await TreeCopy.with((copy) => {
      const table = 'src/practices/table/start-simple.ts';
      copy.write(table, copy.read(table).replace("'Start with few layers'", "'Start with few mills'"));
      copy.addAfter(
        table,
        /id: 'small-network-first'.*\n/,
        "      { id: 'flour-sieved', text: 'The flour is sieved' },\n",
      );
      copy.write('src/lint/rules/coarse-flour.ts', practiceRule);
      copy.run('scripts/rule-docs.mjs');
      copy.run('scripts/checklist-docs.mjs');
      const { properties } = JSON.parse(copy.read('schemas/checklist.schema.json')) as {
        readonly properties: {
          readonly practices: { readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
        };
      };
      const inSchema = properties.practices.properties['P4'] ?? {};
      assert.match(String(inSchema['description']), /^Start with few mills: /);
      assert.deepEqual((inSchema['properties'] as Readonly<Record<string, unknown>>)['flour-sieved'], {
        $ref: '#/definitions/item',
        description: 'The flour is sieved.',
      });

      const { practice, text } = copy.ask(assessPractices) as Assessed;
      assert.equal(practice.status, 'contradicted');
      const item = practice.items.find(({ id }) => id === 'flour-sieved');
      assert.deepEqual([item?.done, item?.contradicted], [true, true]);
      assert.deepEqual(
        practice.evidence.map((each) => each.item),
        ['flour-sieved'],
      );
      assert.match(practice.evidence[0]?.text ?? '', /coarse flour/);
      assert.match(text, /P4 Start with few mills[\s\S]*The flour is sieved/);
    });
  });

  it('add a command and a setting with one entry each, and a page with a folder', async () => {
    await TreeCopy.with((copy) => {
      copy.addAfter(
        'src/editor/contributions/commands.ts',
        /export const commands = \{\n/,
        "  grindFlour: shown({ id: 'greenML.mill.grind', title: 'Grind Flour' }),\n",
      );
      copy.addAfter(
        'src/editor/contributions/settings.ts',
        /const advice = \{\n/,
        "  'mill.grinds': { type: 'boolean', default: false, scope: 'machine', markdownDescription: 'Grind flour.' },\n",
      );
      const user = (key: string): string => `import { commands } from './contributions/commands';
import { registerCommand } from './contributions/use-commands';
import { Settings, trueOrFalse } from './contributions/use-settings';

export const mill = registerCommand(commands.grindFlour, () => new Settings().read('${key}', trueOrFalse));
`;
      copy.write('src/editor/mill.ts', user('mill.grinds'));
      copy.write('src/editor/wrong-mill.ts', user('mill.grids'));
      const faults = copy.typeFaults('src/editor/mill.ts', 'src/editor/wrong-mill.ts').trim().split('\n');
      assert.match(faults[0] ?? '', /^src\/editor\/wrong-mill\.ts.*"mill\.grids"/);
      assert.deepEqual(
        faults.filter((line) => /^\S/.test(line) && !line.startsWith('src/editor/wrong-mill.ts')),
        [],
      );

      copy.run('scripts/manifest.mjs');
      const { contributes } = JSON.parse(copy.read('package.json')) as {
        readonly contributes: {
          readonly commands: readonly unknown[];
          readonly configuration: readonly { readonly properties: Readonly<Record<string, object>> }[];
        };
      };
      assert.deepEqual(contributes.commands[0], {
        command: 'greenML.mill.grind',
        title: '%commands.mill.grind.title%',
        category: 'Green ML',
      });
      const texts = JSON.parse(copy.read('package.nls.json')) as Readonly<Record<string, string>>;
      assert.equal(texts['commands.mill.grind.title'], 'Grind Flour');
      const property = contributes.configuration.flatMap(({ properties }) => properties['greenML.mill.grinds'] ?? []);
      const key = 'configuration.regions.properties.mill.grinds.markdownDescription';
      assert.equal(texts[key], 'Grind flour.');
      assert.deepEqual(property, [
        { type: 'boolean', default: false, scope: 'machine', order: 1, markdownDescription: `%${key}%` },
      ]);

      mkdirSync(copy.path('src/webview/mill'));
      copy.write('src/webview/mill/mill.css', '@import "../../present/base.css";\n');
      copy.write('src/webview/mill/main.ts', "import './mill.css';\n\ndocument.title = 'Mill';\n");
      copy.run('scripts/build.mjs');
      for (const file of ['mill.js', 'mill.css']) assert.ok(existsSync(copy.path('dist/webview', file)), file);
    });
  });
});
