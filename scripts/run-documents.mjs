// @ts-check
// Makes the JSON Schema of a run and its table in docs/json.md from the description of a run in src/runs/run.ts.
import { toJsonSchema } from '@valibot/to-json-schema';
import { object } from 'valibot';

/**
 * @typedef {import('../src/runs/run').RunField} RunField
 * @typedef {{ type?: string | string[], const?: unknown, enum?: unknown[], format?: string, minimum?: number, maximum?: number,
 *   description?: string, unit?: string, since?: string, items?: Json, anyOf?: Json[], oneOf?: Json[], properties?: Record<string, Json>,
 *   required?: string[], additionalProperties?: Json, propertyNames?: Json }} Json
 */

/**
 * The public JSON of one run as a JSON Schema.
 * @param {Readonly<Record<string, RunField>>} members
 * @returns {string} the text of schemas/run.schema.json
 */
export function runJsonSchema(members) {
  const { $schema, ...rest } = publicSchema(members);
  const head = {
    $schema,
    title: 'Green ML run',
    description: 'One measured run, as "green-ml run --json" and "green-ml runs show --json" write it.',
  };
  return `${JSON.stringify({ ...head, ...withUnitsInWords(rest) }, null, 2)}\n`;
}

/**
 * The table of docs/json.md: one row for each field of the public JSON.
 * @param {Readonly<Record<string, RunField>>} members
 */
export function runTable(members) {
  const rows = rowsOf(publicSchema(members), '');
  return ['| field | type | meaning |', '|---|---|---|', ...rows].join('\n');
}

/** The lines before and after the generated table in a page. */
export const runMarks = [
  '<!-- The table of a run: made from src/runs/run.ts by "npm run docs". -->',
  '<!-- End of the table of a run. -->',
];

/**
 * A page with the table between its two marks.
 * @param {string} page
 * @param {string} table
 * @param {readonly string[]} marks
 */
export function withTable(page, table, [begin = '', end = ''] = runMarks) {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page must contain the lines\n${begin}\n${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${table}\n\n${page.slice(to)}`;
}

/**
 * @param {Readonly<Record<string, RunField>>} members
 * @returns {Json & { $schema: string }}
 */
function publicSchema(members) {
  const shapes = Object.entries(members).flatMap(([name, { json, record }]) => {
    const shape = json ?? record;
    return shape === undefined ? [] : [/** @type {const} */ ([name, shape])];
  });
  const schema = /** @type {Json & { $schema: string }} */ (
    toJsonSchema(object(Object.fromEntries(shapes)), { overrideSchema: numberWithLimits })
  );
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const { description, unit, since } = /** @type {RunField} */ (members[name]);
    Object.assign(property, {
      description,
      ...(unit === undefined ? {} : { unit }),
      ...(since === undefined ? {} : { since }),
    });
  }
  return schema;
}

/** A higher limit only means that the number is finite. */
const limitWorthSaying = 1e12;

/**
 * Adds the limits of a number, which the conversion to JSON Schema would not find.
 * @param {{ valibotSchema: object }} context
 */
export function numberWithLimits({ valibotSchema }) {
  if (!('limits' in valibotSchema)) return undefined;
  const { least, most } = /** @type {import('../src/system/shapes').NumberLimits} */ (valibotSchema.limits);
  return {
    type: /** @type {const} */ ('number'),
    ...(least === Number.MIN_VALUE
      ? { exclusiveMinimum: 0 }
      : Math.abs(least) < limitWorthSaying
        ? { minimum: least }
        : {}),
    ...(Math.abs(most) < limitWorthSaying ? { maximum: most } : {}),
  };
}

/**
 * JSON Schema has no units, so they are put into the descriptions.
 * @param {Json} schema
 * @returns {Json}
 */
function withUnitsInWords({ unit, since, description, anyOf, oneOf, properties, items, ...rest }) {
  const words =
    description === undefined
      ? undefined
      : [
          plain(description),
          ...(unit === undefined ? [] : [`(${unit})`]),
          ...(since === undefined ? [] : [`(since ${since})`]),
        ].join(' ');
  const alternatives = anyOf?.map(withUnitsInWords);
  const [first, second] = alternatives ?? [];
  const nullable =
    alternatives?.length === 2 && second?.type === 'null' && typeof first?.type === 'string' && first.enum === undefined
      ? first
      : null;
  return {
    ...rest,
    ...(nullable === null
      ? alternatives === undefined
        ? {}
        : { anyOf: alternatives }
      : { ...nullable, type: [String(nullable.type), 'null'] }),
    ...(oneOf === undefined ? {} : { oneOf: oneOf.map(withUnitsInWords) }),
    ...(words === undefined ? {} : { description: words }),
    ...(items === undefined ? {} : { items: withUnitsInWords(items) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, each]) => [name, withUnitsInWords(each)]),
          ),
        }),
  };
}

/** @param {string} markdown */
const plain = (markdown) =>
  markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('**', '')
    .replaceAll('`', '');

/**
 * @param {Json} schema of an object
 * @param {string} path before its members' names
 * @returns {string[]}
 */
function rowsOf(schema, path) {
  return membersIn(schema).flatMap(([name, found, isRequired]) => {
    const type = [...new Set(found.flatMap(typeWords))].join(', ') + (isRequired ? '' : '; may be absent');
    const unit = found.find((each) => each.unit !== undefined)?.unit;
    const since = found.find((each) => each.since !== undefined)?.since;
    const meaning =
      found.flatMap(({ description }) => description ?? []).join('; ') +
      (since === undefined ? '' : ` (since ${since})`);
    const row = `| \`${path}${name}\` | ${type.replace('number', unit === undefined ? 'number' : `number in ${unit}`)} | ${meaning} |`;
    return [row, ...found.flatMap((each) => partsOf(each, `${path}${name}`))];
  });
}

/**
 * The members of an object, or of all its alternatives together.
 * @param {Json} schema
 * @returns {[string, Json[], boolean][]} their names, their schemas, and whether they are always there
 */
function membersIn(schema) {
  const objects = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter(
    ({ properties }) => properties !== undefined,
  );
  const names = new Set(objects.flatMap(({ properties }) => Object.keys(properties ?? {})));
  return [...names].map((name) => [
    name,
    objects.flatMap(({ properties }) => properties?.[name] ?? []),
    objects.every(({ required }) => required?.includes(name)),
  ]);
}

/**
 * @param {Json} schema
 * @param {string} path
 * @returns {string[]}
 */
function partsOf(schema, path) {
  if (schema.items !== undefined) return rowsOf(schema.items, `${path}[].`);
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  const nested = alternatives.find(({ anyOf, oneOf }) => anyOf !== undefined || oneOf !== undefined);
  return rowsOf(nested ?? schema, `${path}.`);
}

/**
 * @param {Json} schema
 * @returns {string[]}
 */
function typeWords(schema) {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return alternatives.flatMap(typeWords);
  if (schema.const !== undefined) return [`\`${String(schema.const)}\``];
  if (schema.enum !== undefined) return schema.enum.map((each) => `\`${String(each)}\``);
  if (schema.items !== undefined)
    return [
      schema.items.properties === undefined
        ? `list of ${schema.items.type === 'string' ? 'strings' : 'numbers'}`
        : 'list',
    ];
  if (schema.format === 'date-time') return ['time'];
  if (schema.type === 'null') return ['`null`'];
  if (schema.type === 'string') return ['string'];
  return [String(schema.type)];
}
