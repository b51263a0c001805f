import { createHash } from 'node:crypto';
import type { LintConfig } from '../engine/settings';

const known = new WeakMap<LintConfig, string>();

/** Identifies the settings that a result depends on, without loading the rules. */
export function contextOf(config: LintConfig): string {
  let found = known.get(config);
  if (found === undefined) {
    const { select, ignore, severity, perFileIgnores, thresholds, root, requirements } = config;
    // Only patterns are relative to the folder, so the results of a project that is moved stay valid.
    const place = perFileIgnores.length > 0 ? root : '';
    found = createHash('sha256')
      .update(JSON.stringify([select, ignore, severity, perFileIgnores, thresholds, place, requirements]))
      .digest('base64url')
      .slice(0, 16);
    known.set(config, found);
  }
  return found;
}
