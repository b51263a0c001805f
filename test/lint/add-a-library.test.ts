import assert from 'node:assert/strict';
import { TreeCopy } from '../support/tree-copy';

const library = `import type { Call } from '../../python/module';
import { signature } from '../../python/signatures';
import { query, type Query } from '../engine/query';
import { toCount } from './grids';

/** Read in mill 1.0, \`mill/stone.py\`. */
const grindSignature = signature('flour, turns');

/** A call that grinds. */
export interface Grinding {
  readonly call: Call;
  /** Null if they cannot be counted. */
  readonly turns: number | null;
}

export const grindings: Query<Grinding> = query({ packages: ['mill'], apis: ['mill.grind'] }, function* (module) {
  for (const call of module.calls(['grind'])) {
    if (call.name !== 'mill.grind') continue;
    const turns = module.bind(call, grindSignature).value('turns');
    yield { call, turns: turns === null ? null : toCount(turns) };
  }
});

/** What measures the energy of the mill. */
export const meters: readonly string[] = ['MillMeter'];
/** What stops the mill when there is no more flour. */
export const brakes: readonly string[] = ['MillBrake'];
/** What saves the flour on the way. */
export const bags: readonly string[] = ['MillBag'];
`;

const rule = `import { defineRule } from '../engine/define';
import { grindings } from '../libraries/mill';

export const longGrinding = defineRule({
  id: 'long-grinding',
  practice: 5,
  severity: 'hint',
  summary: 'A mill that grinds for long.',
  details: 'Counts the turns.',
  why: 'They cost energy.',
  remedy: 'Grind less.',
  nonCompliant: [{ code: 'import mill\\n\\nmill.grind(rye, turns=500)\\n' }],
  compliant: ['import mill\\n\\nmill.grind(rye, 5)\\n'],
  messages: { long: (turns: number) => \`The mill turns \${turns} times.\` },
}).on(grindings, ({ call, turns }) =>
  turns === null || turns < 10 ? null : { node: call.node, message: 'long', data: turns },
);
`;

const ask = `import { allRules } from './src/lint/rules';
import { Linter } from './src/lint/engine/linter';
import { settingsFor, defaultConfig } from './src/lint/engine/settings';
import { findCodeFacts } from './src/practices/code-facts';
import { PythonParser } from './src/python/parser';

export async function answer(dist: string) {
  const linter = new Linter(await PythonParser.load(dist), allRules);
  const settings = settingsFor(allRules, defaultConfig, 'a.py');
  const long = 'import mill as m\\nm.grind(rye, turns=20 * 25)\\n';
  const code = 'with MillMeter():\\n  run(MillBrake(), MillBag())\\n';
  return {
    findings: linter.lintText(long, settings).findings.map(({ rule, message }) => [rule, message]),
    mayFind: [long, 'import other\\nother.grind(rye, turns=500)\\n'].map((text) => linter.mayFind(text, settings)),
    facts: findCodeFacts('a.py', code).map(({ kind, name }) => [kind, name]),
    settles: allRules.find(({ id }) => id === 'unmeasured-training')?.settledBy?.test(code),
  };
}
`;

describe('a library that is added as one file, with its names in the lists of its family', function () {
  this.timeout(600_000);

  it('is what rules listen to, and is known to rules and practices', async () => {
    await TreeCopy.with((copy) => {
      copy.write('src/lint/libraries/mill.ts', library);
      copy.write('src/lint/rules/long-grinding.ts', rule);
      for (const [file, list, names] of [
        ['trackers', 'trackerNames', 'meters'],
        ['stoppers', 'stoppers', 'brakes'],
        ['savers', 'savers', 'bags'],
      ] as const) {
        const path = `src/lint/libraries/${file}.ts`;
        copy.addAfter(path, new RegExp(`export const ${list}: readonly string\\[\\] = \\[`), `...${names}, `);
        copy.addAfter(path, /^/, `import { ${names} } from './mill';\n`);
      }
      assert.equal(copy.typeFaults('src/lint/rules/long-grinding.ts', 'src/practices/code-facts.ts'), '');
      copy.run('scripts/rule-docs.mjs');
      assert.deepEqual(copy.ask(ask), {
        findings: [['long-grinding', 'The mill turns 500 times.']],
        mayFind: [true, false],
        facts: [
          ['tracker', 'MillMeter'],
          ['checkpoint', 'MillBag'],
          ['early-stopping', 'MillBrake'],
        ],
        settles: true,
      });
    });
  });
});
