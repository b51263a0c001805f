import { agentVariable } from '../system/agent-variable';
import { systemClock } from '../system/clock';

/** The tool of an agent that started us, and reads what we send. */
export interface AgentLink {
  /** Whether it has ended, or has closed the connection. */
  readonly isGone: boolean;
  /** Says how far we are, in one line. */
  tell(text: string): void;
}

/** After the end of all that we started, time to write the record. */
const lastMilliseconds = 5000;

/**
 * The agent's tool that started this process; null if nobody says so. What a tool started must not outlive it: when it has
 * gone, killed or not, all that we started ends, and so do we.
 *
 * @param measures whether a command runs below us, whose record is still to be written
 */
export function linkToAgent(env: NodeJS.ProcessEnv, measures: boolean): AgentLink | null {
  const isOfAgent = env[agentVariable] === '1' && process.connected;
  // Nothing that we start is the agent's own.
  Reflect.deleteProperty(env, agentVariable);
  if (!isOfAgent) return null;
  const link = {
    isGone: false,
    tell: (text: string): void => {
      if (process.connected) process.send?.({ progress: text }, () => undefined);
    },
  };
  process.once('disconnect', () => {
    link.isGone = true;
    if (measures) void endAll();
    else process.exit(1);
  });
  // To listen alone must not keep us alive.
  process.channel?.unref();
  return link;
}

async function endAll(): Promise<void> {
  const { endBelow } = await import('../agents/end-tree');
  await endBelow(process.pid, systemClock);
  systemClock.after(lastMilliseconds, () => process.exit(1));
}
