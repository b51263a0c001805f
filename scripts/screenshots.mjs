// @ts-check
// `npm run screenshots`: takes the pictures of README and walkthrough from the packed extension in a real VS Code, with a
// training that is really measured. Some minutes. `npm run screenshots -- --only regions` takes some of them again.
import { join } from 'node:path';
import { endAll, endAllOnSignals } from './children.mjs';
import { recordTaken, surfaces } from './pictures/drawn-by.mjs';
import { setTheme } from './pictures/gestures.mjs';
import { writeMoving, writeStill } from './pictures/pictures.mjs';
import * as scenes from './pictures/scenes.mjs';
import { withWorkbench } from './pictures/window.mjs';
import { main, Problem, readCommandLine, root, say } from './progress.mjs';

/** @typedef {import('./pictures/drawn-by.mjs').Surface} Surface */

const pictures = join(root, 'docs', 'pictures');
const walkthrough = join(root, 'media', 'walkthrough');

/** Narrow enough for text that stays readable in a column of a web page. */
const size = { width: 880, height: 640 };

/** Pixels. A film has many pictures, so it is a little less sharp. */
const filmWidth = 1200;

/** The steps of the walkthrough that show a surface. The walkthrough is shipped, README's pictures are not. */
const steps = /** @type {Readonly<Partial<Record<Surface, string>>>} */ ({
  'status-bar': 'measure',
  finding: 'findings',
  practices: 'practices',
  regions: 'location',
  budget: 'budget',
});

/** What is taken together, in this order: the practices have more to say when there are runs, the best time asks less. */
const order = /** @type {readonly { surfaces: readonly Surface[], take: typeof scenes.takeRun }[]} */ ([
  { surfaces: ['times'], take: scenes.takeTimes },
  { surfaces: ['first-run'], take: takeFilms },
  { surfaces: ['status-bar', 'run'], take: scenes.takeRun },
  { surfaces: ['budget'], take: scenes.takeBudget },
  { surfaces: ['finding'], take: scenes.takeFinding },
  { surfaces: ['practices'], take: scenes.takePractices },
  { surfaces: ['regions'], take: scenes.takeRegions },
]);

await main(async () => {
  endAllOnSignals();
  const { only = [] } = readCommandLine({ options: { only: { type: 'string', multiple: true } } }).values;
  const unknown = only.find((name) => !surfaces.some((each) => each === name));
  if (unknown !== undefined) throw new Problem(`There is no picture "${unknown}"; they are ${surfaces.join(', ')}.`);
  const chosen = order.filter((each) => only.length === 0 || each.surfaces.some((name) => only.includes(name)));
  try {
    await withWorkbench({ size, prepare: scenes.prepare }, async (workbench) => {
      for (const { surfaces: shown, take } of chosen) {
        say(`Taking ${shown.join(', ')} …`);
        await take(workbench, keep);
        await recordTaken(shown);
      }
    });
  } finally {
    await endAll();
  }
});

/** @type {scenes.Keep} */
async function keep(surface, theme, png) {
  const step = steps[surface];
  if (step !== undefined) await writeStill(join(walkthrough, `${step}-${theme}.png`), png);
  if (surface !== 'budget') await writeStill(join(pictures, `${surface}-${theme}.png`), png);
}

/** @type {typeof scenes.takeRun} */
async function takeFilms(workbench) {
  for (const theme of scenes.themes) {
    await setTheme(workbench, theme);
    await scenes.openScript(workbench);
    const frames = await scenes.filmRun(workbench);
    await writeMoving(join(pictures, `first-run-${theme}.webp`), frames, { width: filmWidth });
  }
}
