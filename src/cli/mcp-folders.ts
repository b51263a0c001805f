import {
  inputRequired,
  inputResponse,
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequiredResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { homedir } from 'node:os';
import { parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AgentError } from '../agents/tool';

/** What a client can do, in both eras of the protocol. */
export interface ClientAbilities {
  readonly roots?: unknown;
  readonly elicitation?: unknown;
}

/** The folders of the project: those of the options, else those of the client, else the current one. */
export class ProjectFolders {
  private folders: readonly string[] | null;

  constructor(
    given: readonly string[],
    private readonly cwd: string,
  ) {
    this.folders = given.length > 0 ? given : null;
  }

  get known(): readonly string[] {
    return this.folders ?? [];
  }

  /**
   * A question to the client that is to be returned to it; null if the folders are known.
   *
   * @throws AgentError if there is no folder of a project
   */
  ask(ctx: ServerContext, abilities: ClientAbilities): InputRequiredResult | null {
    if (this.folders !== null) return null;
    if (abilities.roots === undefined) {
      this.folders = [this.usable(this.cwd)];
      return null;
    }
    const answer = inputResponse(ctx.mcpReq.inputResponses, 'roots');
    if (answer.kind !== 'roots') return inputRequired({ inputRequests: { roots: inputRequired.listRoots() } });
    const roots = answer.roots.flatMap(({ uri }) => folderOf(uri));
    this.folders = roots.length > 0 ? roots : [this.usable(this.cwd)];
    return null;
  }

  /** Some clients start servers in the root folder or at home, which no project is. */
  private usable(folder: string): string {
    if (folder !== parse(folder).root && folder !== homedir()) return folder;
    throw new AgentError('No folder of a project is known; ask the person to start the server with --folder DIR.');
  }
}

/** What the client declared: with each request, or at the start. */
export function abilitiesOf(ctx: ServerContext, atStart: ClientAbilities | undefined): ClientAbilities {
  const envelope = ctx.mcpReq.envelope as Readonly<Record<string, ClientAbilities | undefined>> | undefined;
  return envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? atStart ?? {};
}

function folderOf(uri: string): readonly string[] {
  try {
    return [fileURLToPath(uri)];
  } catch {
    return [];
  }
}
