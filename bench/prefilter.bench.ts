import { Linter, longestText, mostSteps } from '../src/lint/engine/linter';
import { Prefilter } from '../src/lint/engine/prefilter';
import { defaultConfig, settingsFor } from '../src/lint/engine/settings';
import { allRules } from '../src/lint/rules';
import { PythonParser } from '../src/python/parser';
import { lowestThresholds, MentionFilter } from '../test/lint/mention-filter';
import { obtainCorpus, readSources, type Source } from './corpus';

/** `GREEN_ML_BENCH_LONG=1` compares the findings of all files, not of every fourth one. */
const isLong = process.env['GREEN_ML_BENCH_LONG'] === '1';

/** What the prefilter saves, and whether it costs a finding: beside a linter that parses whatever mentions a package. */
export async function run(): Promise<void> {
  const sources = readSources(obtainCorpus()).filter(({ text }) => text.length <= longestText);
  const parser = await PythonParser.load('dist');
  const byDefault = settingsFor(allRules, defaultConfig, 'file.py');
  const linter = new Linter(parser, allRules);
  const words = new Prefilter(allRules);
  const began = process.cpuUsage();
  for (const { text } of sources) words.rulesFor(byDefault.rules, [text]);
  const { user, system } = process.cpuUsage(began);
  const opened = sources.filter(({ text }) => linter.mayFind(text, byDefault));
  const all = lines(sources);
  console.log(`${sources.length} files of ${all.toLocaleString('en')} lines`);
  console.log(`parsed: ${((100 * lines(opened)) / all).toFixed(1)} % of the lines`);
  console.log(`choosing them: ${((user + system) / 1e6).toFixed(2)} s of processor time`);
  // Thresholds as low as they go, so that there is a lot to lose.
  const settings = settingsFor(allRules, { ...defaultConfig, select: ['all'], thresholds: lowestThresholds }, 'a.py');
  const thorough = new Linter(parser, allRules, mostSteps, new MentionFilter());
  let findings = 0;
  const different: string[] = [];
  const compared = isLong ? sources : sources.filter((_, index) => index % 4 === 0);
  for (const { path, text } of compared) {
    const wanted = thorough.lintText(text, settings).findings;
    findings += wanted.length;
    if (JSON.stringify(wanted) !== JSON.stringify(linter.lintText(text, settings).findings)) different.push(path);
  }
  console.log(
    `findings in ${compared.length} of them with every threshold at its lowest: ${findings}; files in which others are found: ${different.length}`,
  );
  for (const path of different.slice(0, 20)) console.log(`  ${path}`);
}

const lines = (sources: readonly Source[]): number => sources.reduce((sum, each) => sum + each.lines, 0);
