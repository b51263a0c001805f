import assert from 'node:assert/strict';
import { Ajv, type ValidateFunction } from 'ajv';
import { readFile } from 'node:fs/promises';

/** The schema of SARIF 2.1.0, published by its maintainers for tests and installed by `npm ci`. */
const schemaPath = 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';

let validator: Promise<ValidateFunction> | null = null;

async function load(): Promise<ValidateFunction> {
  // In draft 4, the id has another name. Newer drafts read everything else in this schema in the same way.
  const { $schema, id, ...schema } = JSON.parse(await readFile(schemaPath, 'utf8')) as Record<string, unknown>;
  assert.match(String($schema), /draft-04/);
  return new Ajv({
    strict: false,
    allErrors: true,
    // One of its patterns is not valid with the Unicode flag.
    unicodeRegExp: false,
    formats: {
      uri: (text: string) => URL.canParse(text),
      'uri-reference': (text: string) => URL.canParse(text, 'file:///base/') && !/[ \\"<>^`{|}]/.test(text),
      'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
    },
  }).compile({ $id: String(id), ...schema });
}

/** Fails with the messages of the schema if this is not a SARIF log. */
export async function assertSarif(log: unknown): Promise<void> {
  validator ??= load();
  const validate = await validator;
  assert.ok(validate(log), JSON.stringify(validate.errors?.slice(0, 5), null, 2));
}
