import { workspace, type Uri } from 'vscode';
import { Copies } from '../../lint/scan/copies';
import { OncePerProject } from '../../lint/scan/once-per-project';
import type { LintedUri } from './folder-lint';

/** What the files of a workspace say, so that nothing is said twice: neither what a project says once, nor by copies of a file. */
export class SaidOnce {
  /** What the workspace says once, and the findings of each notebook that others copy: by the file's URI. */
  private readonly once = new OncePerProject<string>();
  private readonly copies = new Copies<string>();
  /** The files that may speak for copies. */
  private readonly originals = new Map<string, LintedUri>();
  /** The copies of each file that speaks for them. */
  private readonly copiesBy = new Map<string, Uri[]>();
  /** The files that speak for more copies than when they were last asked for. */
  private readonly grown = new Set<string>();

  /** Of the findings of a file those that no other file has said. */
  left(file: LintedUri): LintedUri {
    const { uri, problems } = file;
    const { once } = this;
    const key = uri.toString();
    const project = workspace.getWorkspaceFolder(uri)?.uri.toString() ?? '';
    once.forget(key);
    this.copies.forget(key);
    const isSame =
      uri.path.endsWith('.ipynb') &&
      problems.findings.length > 0 &&
      !once.mayShow(JSON.stringify(problems.findings), key);
    const isCopy = isSame || this.isNearCopy(file, project);
    const findings = problems.findings.filter((finding) =>
      finding.once === null ? !isCopy : !isSame && once.mayShow(`${finding.once} ${project}`, key),
    );
    const said = isCopy ? problems.found - findings.length : problems.findings.length - findings.length;
    const left = said === 0 ? file : { ...file, problems: { ...problems, findings, found: problems.found - said } };
    if (!isCopy && problems.copy !== null) this.originals.set(key, left);
    return left;
  }

  /** The files that speak for more copies than before this was last called. */
  takeGrown(): readonly LintedUri[] {
    const grown = [...this.grown].flatMap((key) => this.originals.get(key) ?? []);
    this.grown.clear();
    return grown;
  }

  /** The copies whose findings a file says with its own. */
  copiesOf(uri: Uri): readonly Uri[] {
    return this.copiesBy.get(uri.toString()) ?? [];
  }

  /** A file does not speak for its copies any more. Returns them, so that they may speak. */
  release(uri: Uri): readonly Uri[] {
    const copies = this.copiesOf(uri);
    this.copiesBy.delete(uri.toString());
    this.originals.delete(uri.toString());
    this.copies.forget(uri.toString());
    return copies;
  }

  private isNearCopy({ uri, problems: { copy } }: LintedUri, project: string): boolean {
    if (copy === null) return false;
    const key = uri.toString();
    const original = this.copies.originalOf(key, { ...copy, says: `${copy.says} ${project}` });
    if (original === key) return false;
    const others = (this.copiesBy.get(original) ?? []).filter((each) => each.toString() !== key);
    this.copiesBy.set(original, [...others, uri]);
    this.grown.add(original);
    return true;
  }
}
