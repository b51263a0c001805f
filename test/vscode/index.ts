import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

/** VS Code calls this in its extension host. Runs the test files next to this one; rejects if a test fails. */
export async function run(): Promise<void> {
  markOutput(process.env['GREEN_ML_OUTPUT_MARK'] ?? '');
  const repository = join(__dirname, '..', '..', '..');
  const pattern = process.env['GREEN_ML_GREP'];
  const mocha = new Mocha({
    reporter: join(repository, 'scripts', 'mocha-reporter.cjs'),
    // An editor starts debuggers, terminals and other programs here, on machines that may be slow.
    timeout: 60_000,
    ...(pattern === undefined ? {} : { grep: pattern }),
  });
  for (const name of readdirSync(__dirname, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.test.js')) mocha.addFile(join(__dirname, name));
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}

/** Where VS Code's own log comes out of the same opening, a mark tells the lines of the tests from it. */
function markOutput(mark: string): void {
  const write = console.log.bind(console);
  const log = (...args: unknown[]) => write(mark + format(...args));
  // A plain assignment has no effect on the console of an extension host.
  Object.defineProperty(console, 'log', { value: log });
  Mocha.reporters.Base.consoleLog = log;
}
