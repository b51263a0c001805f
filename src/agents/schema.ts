import { toJsonSchema } from '@valibot/to-json-schema';
import type { AgentTool } from './tool';

/** The parameters of a tool as JSON Schema, for those who call it. */
export function schemaOf({ parameters }: Pick<AgentTool, 'parameters'>): { type: 'object'; [member: string]: unknown } {
  const { $schema: _dialect, required = [], ...schema } = toJsonSchema(parameters, { errorMode: 'ignore' });
  return { ...schema, type: 'object', ...(required.length === 0 ? {} : { required }) };
}
