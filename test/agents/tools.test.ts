import assert from 'node:assert/strict';
import Ajv from 'ajv';
import fc from 'fast-check';
import { schemaOf } from '../../src/agents/schema';
import { AgentError, type AgentWorld } from '../../src/agents/tool';
import { agentTools, callTool, checkInput } from '../../src/agents/tools';

const nowhere: AgentWorld = {
  folders: [],
  terminal: () => Promise.reject(new Error('no process may start')),
  whyNoCommands: null,
  signal: new AbortController().signal,
};

/** What tools cannot do without. */
const needed: Readonly<Record<string, object>> = {
  estimate_training: { hours: 1 },
  find_clean_window: { hours: 1 },
  measure_command: { command: 'x' },
};

describe('agents/tools', () => {
  it('has the ten tools', () => {
    assert.deepEqual(agentTools.map(({ name }) => name).sort(), [
      ...[
        'compare_runs',
        'estimate_training',
        'explain_practice',
        'explain_rule',
        'find_clean_window',
        'get_practices',
      ],
      ...['lint_ml_code', 'list_runs', 'measure_command', 'recommend_region'],
    ]);
  });

  it('describes each tool and each parameter in a valid JSON Schema', () => {
    for (const tool of agentTools) {
      const schema = schemaOf(tool);
      assert.ok(new Ajv({ strict: false }).validateSchema(schema), tool.name);
      assert.equal(schema['additionalProperties'], false, tool.name);
      assert.ok(tool.description.length > 80 && tool.description.length < 800, tool.name);
      for (const [name, property] of Object.entries(schema['properties'] as Record<string, { description?: string }>))
        assert.match(property.description ?? '', /\w{3}.*[.]/, `${tool.name}.${name}`);
    }
  });

  it('accepts the same input as its JSON Schema', () => {
    const ajv = new Ajv({ strict: false });
    const value = fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true }), fc.boolean(), fc.array(fc.string()));
    for (const tool of agentTools) {
      const schema = schemaOf(tool);
      const fits = ajv.compile(schema);
      const names = [...Object.keys(schema['properties'] as object), 'other'];
      fc.assert(
        fc.property(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4, noNullPrototype: true }), (input) => {
          const isAccepted = (() => {
            try {
              checkInput({ ...tool, check: () => undefined }, input, nowhere);
              return true;
            } catch (error) {
              assert.ok(error instanceof AgentError, String(error));
              assert.match(error.message, /[.]$/);
              return false;
            }
          })();
          assert.equal(isAccepted, fits(input), JSON.stringify(input));
        }),
        { numRuns: 200 },
      );
    }
  });

  it('answers bad input with a sentence that says what to do', async () => {
    const said = async (name: string, input: unknown): Promise<string> => {
      const tool = agentTools.find((each) => each.name === name);
      assert.ok(tool);
      return callTool(tool, input, nowhere).then(
        () => '',
        (error: unknown) => (error instanceof AgentError ? error.message : `not a sentence: ${String(error)}`),
      );
    };
    assert.equal(await said('explain_rule', {}), 'explain_rule needs rule.');
    assert.match(
      await said('explain_rule', { rule: 'x', page: 1 }),
      /"page" is not a parameter of explain_rule; it takes rule/,
    );
    assert.match(await said('explain_rule', 'text'), /must be an object with rule/);
    assert.match(await said('estimate_training', { hours: -1 }), /^hours cannot be -1: expected >=/);
    assert.match(await said('lint_ml_code', { text: 'x'.repeat(500_000) }), /longer than 400 thousand characters/);
    assert.equal(await said('lint_ml_code', { limit: 1.5 }), 'limit cannot be 1.5: expected a whole number.');
    assert.equal(
      await said('lint_ml_code', { path: 'x'.repeat(5000) }),
      'path has 5000 characters; give at most 4096.',
    );
    assert.equal(await said('compare_runs', { before: [], after: ['a'] }), 'before has 0 entries; give at least 1.');
    assert.equal(await said('compare_runs', { before: 'a', after: ['a'] }), 'before cannot be "a": expected Array.');
    assert.match(
      await said('compare_runs', { before: Array(31).fill('a'), after: ['a'] }),
      /has 31 entries; give at most/,
    );
    assert.match(await said('measure_command', { command: 'a | b' }), /without a shell/);
    const long = Array.from({ length: 100 }, () => 'x'.repeat(100));
    assert.match(await said('measure_command', { command: long }), /has 10099 characters; give at most 8000/);
    assert.match(await said('measure_command', { command: [''] }), /The command is empty/);
    assert.match(await said('compare_runs', { before: ['a'], after: ['b', 'c'] }), /give as many of both/);
    assert.match(await said('compare_runs', { before: ['a,b'], after: ['-x y'] }), /^before\.0 cannot be/);
    assert.match(await said('list_runs', {}), /open the folder of the project/);
    assert.match(await said('lint_ml_code', { path: 'a.py' }), /open the folder of the project/);
    assert.match(await said('lint_ml_code', { text: 'x', path: 'a.py' }), /open the folder of the project/);
    assert.match(await said('measure_command', { command: 'x', folder: 'a' }), /open the folder of the project/);
  });

  it('takes no null character, with which no program starts, but in the text of a file', async () => {
    let count = 0;
    for (const tool of agentTools)
      for (const [name, { type }] of Object.entries(
        schemaOf(tool)['properties'] as Readonly<Record<string, { readonly type?: string }>>,
      )) {
        if (type !== 'string' || name === 'text') continue;
        const input = { ...needed[tool.name], [name]: 'a\0b' };
        const error: unknown = await callTool(tool, input, nowhere).catch((thrown: unknown) => thrown);
        assert.ok(error instanceof AgentError, `${tool.name} ${name}: ${String(error)}`);
        assert.match(error.message, new RegExp(`^${name} (?:has a null character|cannot be)`));
        count++;
      }
    assert.ok(count > 10, String(count));
    const measure = agentTools.find(({ name }) => name === 'measure_command');
    assert.ok(measure);
    await assert.rejects(callTool(measure, { command: ['a', 'b\0'] }, nowhere), /command has a null character/);
    const lint = agentTools.find(({ name }) => name === 'lint_ml_code');
    assert.ok(lint);
    await assert.rejects(callTool(lint, { text: 'a\0b' }, nowhere), /open the folder|no process may start/);
  });

  it('answers without a folder what needs none', async () => {
    const calls: unknown[] = [];
    const empty: AgentWorld = {
      ...nowhere,
      terminal: ({ args, cwd }) => {
        calls.push([args[0], cwd]);
        return Promise.reject(new AgentError('It is enough to know the call.'));
      },
    };
    const inputs: readonly (readonly [name: string, input: object])[] = [
      ['estimate_training', { hours: 1, watts: 100 }],
      ['explain_rule', { rule: 'grid-search' }],
      ['recommend_region', { provider: 'aws' }],
      ['find_clean_window', { location: 'DE', hours: 1 }],
      ['lint_ml_code', { text: 'x = 1' }],
    ];
    for (const [name, input] of inputs) {
      const tool = agentTools.find((each) => each.name === name);
      assert.ok(tool);
      await assert.rejects(callTool(tool, input, empty), /It is enough/, name);
    }
    assert.deepEqual(calls, [
      ['estimate', null],
      ['rule', null],
      ['regions', null],
      ['when', null],
      ['lint', null],
    ]);
  });

  it('runs no command where none may run', async () => {
    const tool = agentTools.find(({ effect }) => effect === 'runs a command');
    assert.ok(tool);
    await assert.rejects(
      callTool(tool, { command: 'python3 a.py' }, { ...nowhere, whyNoCommands: 'The folder is not trusted.' }),
      /not trusted/,
    );
  });
});
