// @ts-check
// Writes the practices and their items into the JSON Schema of the checklist. A test checks that they agree.
import { readFile, writeFile } from 'node:fs/promises';
import { importTypeScript } from './import-typescript.mjs';

const { practices, practiceKey } = await importTypeScript(
  "export { practices } from './src/practices/table'; export { practiceKey } from './src/practices/practice';",
);
const file = 'schemas/checklist.schema.json';
const schema = JSON.parse(await readFile(file, 'utf8'));
const item = { $ref: '#/definitions/item' };
schema.properties.practices.properties = Object.fromEntries(
  /** @type {readonly import('../src/practices/practice').Practice[]} */ (practices).map(
    ({ number, title, what, items }) => [
      practiceKey(number),
      {
        type: 'object',
        description: `${title}: ${what}`,
        properties: {
          ...Object.fromEntries(items.map(({ id, text }) => [id, { ...item, description: `${text}.` }])),
          notApplicable: { $ref: '#/definitions/notApplicable' },
        },
        additionalProperties: item,
      },
    ],
  ),
);
await writeFile(file, `${JSON.stringify(schema, null, 2)}\n`);
console.log(file);
