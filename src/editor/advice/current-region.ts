import { homedir } from 'node:os';
import { join } from 'node:path';
import { Range, Uri, window, workspace, type TextDocument } from 'vscode';
import { cloudProviders, type Provider } from '../../data/providers';
import { mostCharacters, regionOfEnvironment, type RegionLiterals } from '../../place/region-names';
import { plain } from '../../present/spelling';
import { readSmallText } from '../../system/files';
import { readWorkspaceText } from '../workspace-file';

/** A region in use, and where it was found. */
export interface FoundRegion {
  readonly provider: Provider;
  readonly region: string;
  /** As shown to the user: "train.py:12", "AWS_REGION", "~/.aws/config". */
  readonly where: string;
  /**
   * The location in a workspace file, and what is written there, so that another region can replace it. Null outside the
   * workspace, and for a zone such as `us-central1-a`, which no region can replace.
   */
  readonly place: { readonly uri: Uri; readonly range: Range; readonly written: string } | null;
}

const searched = '**/*.{py,tf,tfvars,yaml,yml,toml,ini,cfg}';
const excluded = '**/{node_modules,.venv,venv,env,site-packages,.git,.terraform}/**';
const mostFiles = 200;

/** Searches the open file, the environment, the tools' configuration and the project for regions, in this order. */
export async function findCurrentRegions(
  literals: RegionLiterals,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly FoundRegion[]> {
  const open = window.activeTextEditor?.document;
  const found: FoundRegion[] = open === undefined ? [] : [...inDocument(literals, open)];
  const fromEnvironment = regionOfEnvironment(literals, env);
  if (fromEnvironment !== null) found.push({ ...fromEnvironment, where: fromEnvironment.variable, place: null });
  for (const path of cloudProviders.flatMap(({ configurations }): readonly string[] => configurations)) {
    const read = await readSmallText(join(homedir(), path));
    const [first] = read.kind === 'text' ? literals.find(read.text) : [];
    if (first !== undefined)
      found.push({ provider: first.provider, region: first.region, where: `~/${path}`, place: null });
  }
  for (const uri of await workspace.findFiles(searched, excluded, mostFiles)) {
    if (uri.toString() !== open?.uri.toString()) found.push(...(await inFile(literals, uri)));
  }
  return found.filter(
    ({ provider, region }, index) =>
      found.findIndex((other) => other.provider === provider && other.region === region) === index,
  );
}

/** The regions that a document names, each with its range. */
function inDocument(literals: RegionLiterals, document: TextDocument): readonly FoundRegion[] {
  const text = document.getText();
  if (text.length > mostCharacters) return [];
  return literals.find(text).map(({ provider, region, start, end }) => {
    const range = new Range(document.positionAt(start), document.positionAt(end));
    const written = text.slice(start, end);
    return {
      provider,
      region,
      where: `${workspace.asRelativePath(document.uri)}:${range.start.line + 1}`,
      place: isRegion(written, region) ? { uri: document.uri, range, written } : null,
    };
  });
}

/** "us-east-1" and "West Europe" are regions; "us-east-1a" is a zone in one. */
function isRegion(written: string, region: string): boolean {
  return plain(written) === plain(region);
}

async function inFile(literals: RegionLiterals, uri: Uri): Promise<readonly FoundRegion[]> {
  try {
    const text = await readWorkspaceText(uri, mostCharacters);
    // Opens a document only if it names a region.
    return literals.find(text).length === 0 ? [] : inDocument(literals, await workspace.openTextDocument(uri));
  } catch {
    return [];
  }
}
