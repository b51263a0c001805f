import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { TreeCopy } from '../../support/tree-copy';

const service = `import { Curve } from '../curve';
import type { ServiceSetup } from './service';

export const moonGridSetup = {
  name: 'Moon Grid',
  inputs: [
    { label: 'Key of Moon Grid', variable: 'MOON_GRID_KEY', kept: { in: 'secrets', key: 'live.moonGrid.key', isPassword: true } },
  ],
  open: ([key = '']) => ({
    name: 'Moon Grid',
    suits: ({ zone }) => zone === 'DE',
    forecast: (_place, from, until) =>
      Promise.resolve({
        kind: 'answer',
        value: {
          curve: new Curve([{ from, until, gramsPerKWh: 7 }]),
          basis: 'lifecycle',
          source: \`Moon Grid for \${key}\`,
          notes: [],
        },
      }),
  }),
} as const satisfies ServiceSetup;
`;

describe('a grid service that is added as one file and one line in a list', function () {
  this.timeout(600_000);

  it('is listed in the help, and asked if its key is given', async () => {
    await TreeCopy.with((copy) => {
      copy.write('src/grid/services/moon-grid.ts', service);
      copy.addAfter('src/grid/services/services.ts', /serviceSetups = \[\n/, '  moonGridSetup,\n');
      copy.addAfter('src/grid/services/services.ts', /^/, "import { moonGridSetup } from './moon-grid';\n");
      assert.equal(copy.typeFaults('src/cli/live-services.ts', 'src/editor/advice/live-choice.ts'), '');
      copy.run('scripts/build.mjs');
      const greenMl = (env: NodeJS.ProcessEnv, ...args: readonly string[]): string =>
        execFileSync(process.execPath, [copy.path('dist', 'cli.js'), ...args], {
          encoding: 'utf8',
          env: { ...process.env, XDG_CACHE_HOME: copy.path('cache'), ...env },
        });
      assert.match(
        greenMl({}, 'when', '--help').replace(/\s+/g, ' '),
        /in the environment \(MOON_GRID_KEY, ELECTRICITY/,
      );
      const when = ['when', '--location', 'DE', '--hours', '1', '--live', '--json'];
      assert.match(greenMl({ MOON_GRID_KEY: 'me' }, ...when), /"Moon Grid for me"/);
    });
  });
});
