// @ts-check
// `npm run check`: formatting, types and lint rules. `npm run check -- types format` runs some of them.
import { chosen, outcomeText, runCheck, runChecks } from './checks.mjs';
import { endAllOnSignals } from './children.mjs';
import { main, readCommandLine } from './progress.mjs';

await main(async () => {
  const { positionals } = readCommandLine({ allowPositionals: true, options: {} });
  endAllOnSignals();
  const began = performance.now();
  const { passed, failed } = await runChecks(chosen(positionals), runCheck, (outcome) =>
    console.log(outcomeText(outcome)),
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`\n${passed} passed, ${failed} failed in ${seconds} s`);
  if (failed > 0) process.exitCode = 1;
});
