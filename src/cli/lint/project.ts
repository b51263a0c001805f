import { dirname, resolve } from 'node:path';
import { decodeSource } from '../../lint/files/decode';
import { FileFinder, kindOf, withSlashes } from '../../lint/files/files';
import { toJson, type FindingJson } from '../../lint/engine/findings';
import { lintSource } from '../../lint/files/lint-files';
import { Linter } from '../../lint/engine/linter';
import { allRules } from '../../lint/rules';
import { settingsFor } from '../../lint/engine/settings';
import { lintSweepFile } from '../../lint/files/sweep-file';
import { PythonParser } from '../../python/parser';
import type { ProjectFiles } from '../../system/source-files';
import { Configs } from './configs';
import { orCommandError } from './options';

/** One file of a project that could be read, with what was found in it. */
export interface ProjectFile {
  /** Relative to the project's folder, '/' separated. */
  readonly path: string;
  readonly text: string;
  readonly findings: readonly FindingJson[];
}

/**
 * Lints a project's folder as `green-ml lint` does. Files that cannot be read are skipped.
 * @throws CommandError when its configuration cannot be used
 */
export async function* lintProject(
  folder: string,
  files: ProjectFiles,
  productFolder: string,
): AsyncGenerator<ProjectFile> {
  const configs = new Configs(files, allRules);
  const found = await new FileFinder(files, folder).find(['.']);
  const parser = await PythonParser.load(productFolder);
  try {
    const linter = new Linter(parser, allRules);
    for (const { path, shown } of found.files) {
      const bytes = await files.readBytes(path).catch(() => null);
      const decoded = bytes === null ? null : decodeSource(bytes);
      if (decoded === null || 'problem' in decoded) continue;
      const config = await orCommandError(configs.nearest(dirname(resolve(folder, path))));
      const settings = settingsFor(allRules, config, withSlashes(path));
      const kind = kindOf(path);
      if (kind === 'sweep') {
        const { isSweep, findings } = await lintSweepFile(decoded.text, settings);
        if (isSweep)
          yield { path: shown, text: decoded.text, findings: findings.map((finding) => toJson(finding, shown)) };
        continue;
      }
      const { analysis } = lintSource(linter, decoded.text, kind, settings);
      yield {
        path: shown,
        text: decoded.text,
        findings: (analysis?.findings ?? []).map((finding) => toJson(finding, shown)),
      };
    }
  } finally {
    parser.dispose();
  }
}
