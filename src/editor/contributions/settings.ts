import { severityChoices } from '../../lint/engine/settings';
import { presetNames } from '../../power/prometheus/presets';
import { defaultCommandPatterns } from '../../runs/command/command-line';
import { settingValues } from '../../runs/settings/values';
import type { ClusterMapping } from '../../runs/cluster/cluster-mapping';
import { category, commands } from './commands';
import { statusParts } from './surfaces';

// Code of the extension may use only the types of this file. The editor knows the defaults from package.json, and the
// texts would make the extension larger.

interface SettingBase {
  /** `resource`: each folder may have its own value; `machine`: only the user's own settings count, not a workspace's. */
  readonly scope: 'resource' | 'window' | 'machine-overridable' | 'machine';
  readonly markdownDescription: string;
  /** It only affects what is shown in the folder's own files, so an untrusted folder can set it too. */
  readonly isHarmless?: true;
}

interface Flag extends SettingBase {
  readonly type: 'boolean';
  readonly default: boolean;
}

interface Text extends SettingBase {
  readonly type: 'string';
  readonly default: string;
}

interface ChoiceSetting extends Text {
  readonly enum: readonly string[];
  readonly enumDescriptions: readonly string[];
}

interface Amount extends SettingBase {
  readonly type: readonly ['number', 'null'];
  readonly default: null;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

interface Texts extends SettingBase {
  readonly type: 'array';
  readonly items: { readonly type: 'string' };
  readonly default: readonly string[];
}

/** Some of several values, in an order. */
interface Selection<Choice extends string> extends SettingBase {
  readonly type: 'array';
  readonly items: { readonly type: 'string'; readonly enum: readonly Choice[] };
  readonly uniqueItems: true;
  readonly default: readonly Choice[];
}

/** A list of objects that say which runs compute on a cluster. */
interface Mappings extends SettingBase {
  readonly type: 'array';
  readonly items: {
    readonly type: 'object';
    readonly required: readonly (keyof ClusterMapping)[];
    readonly additionalProperties: false;
    readonly properties: Readonly<
      Record<
        keyof ClusterMapping,
        {
          readonly type: 'string';
          readonly minLength: 1;
          readonly enum?: readonly string[];
          readonly description: string;
        }
      >
    >;
  };
  readonly default: readonly ClusterMapping[];
}

/** An object with one choice for each name. */
interface Choices extends SettingBase {
  readonly type: 'object';
  readonly additionalProperties: { readonly type: 'string'; readonly enum: readonly string[] };
  readonly default: Readonly<Record<string, never>>;
}

export type SettingDeclaration = Flag | Text | ChoiceSetting | Amount | Texts | Mappings | Selection<string> | Choices;

/** Settings by key, without the prefix `greenML.`. */
type SettingDeclarations = Readonly<Record<string, SettingDeclaration>>;

const titleOf = ({ title }: { readonly title: string }): string => `*${category}: ${title}*`;

const meter = {
  'meter.debugSessions': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    markdownDescription: 'Measure debug and launch sessions (F5 and Ctrl+F5).',
  },
  'meter.terminals': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    markdownDescription:
      'Measure terminal commands whose program is in `#greenML.meter.commands#`. This needs shell integration.',
  },
  'meter.tasks': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    markdownDescription: 'Measure tasks whose program is in `#greenML.meter.commands#`.',
  },
  'meter.notebooks': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    markdownDescription: 'Measure notebook cells through the process of their kernel.',
  },
  'meter.commands': {
    type: 'array',
    items: { type: 'string' },
    default: defaultCommandPatterns,
    scope: 'resource',
    markdownDescription:
      'Programs that are measured in terminals and tasks; `*` matches any text. Commands that do not compute, such as `python --version` or `python -m pip install`, are not measured.',
  },
  'meter.scope': {
    type: 'string',
    enum: settingValues.scope.shape.options,
    default: 'run',
    scope: 'machine-overridable',
    enumDescriptions: [
      "The run's share of the machine's energy above idle.",
      'The whole machine. Use this if the machine is dedicated to the run.',
    ],
    markdownDescription: 'Whose energy the status bar, emissions and records show.',
  },
  'meter.statusBar': {
    type: 'array',
    items: { type: 'string', enum: statusParts },
    uniqueItems: true,
    default: ['power', 'energy', 'progress'],
    scope: 'window',
    markdownDescription: 'What the status bar shows of a run in progress, in this order.',
  },
  'meter.ambient': {
    type: 'boolean',
    default: false,
    scope: 'window',
    markdownDescription:
      'Between runs, show the power of the whole machine and its energy today. Reads every 10 s, and only while the window is focused.',
  },
  'meter.plateauNotices': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    markdownDescription: 'Notify once when training stops improving, with the energy used since the best result.',
  },
  'meter.idleNotices': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    markdownDescription:
      'Notify once when a server has been idle for 10 minutes, with the energy that the computer used meanwhile.',
  },
} as const satisfies SettingDeclarations;

const budget = {
  'budget.run': {
    type: 'string',
    default: '',
    scope: 'resource',
    markdownDescription: `A limit for each run: energy such as \`5Wh\` or \`0.2kWh\`, emissions such as \`2g\` of CO₂e, or time such as \`72h\`. The status bar warns at 80 %. At 100 %, Green ML asks what to do. ${titleOf(commands.setBudget)} writes it for you.`,
  },
  'budget.hours': {
    type: ['number', 'null'],
    default: null,
    exclusiveMinimum: 0,
    scope: 'resource',
    markdownDescription: 'A time limit for each run in hours, in addition to the limit above. 72 is common.',
  },
  'budget.day': {
    type: 'string',
    default: '',
    scope: 'resource',
    markdownDescription: 'A limit for all runs of a day on this computer.',
  },
  'budget.project': {
    type: 'string',
    default: '',
    scope: 'resource',
    markdownDescription: 'A limit for all recorded runs of this project.',
  },
  'budget.interrupt': {
    type: 'boolean',
    default: false,
    scope: 'resource',
    markdownDescription:
      'When the budget is used up, interrupt the run (SIGINT, like Ctrl+C, so that it can save its work) instead of asking.',
  },
} as const satisfies SettingDeclarations;

const linter = {
  'lint.enable': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    markdownDescription: 'Find waste in machine-learning code in Python files and notebooks.',
    isHarmless: true,
  },
  'lint.codeLens': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    markdownDescription:
      'Show a CodeLens with what each finding costs and the way out, such as `361 fits → 101 with random search`, and the fix beside it.',
    isHarmless: true,
  },
  'lint.select': {
    type: 'array',
    items: { type: 'string' },
    default: [],
    scope: 'resource',
    markdownDescription:
      'Only these rules: ids such as `grid-search`, or practices such as `P16`. If empty, all rules that are on by default. A list in `[tool.green-ml]` of `pyproject.toml` takes precedence.',
    isHarmless: true,
  },
  'lint.ignore': {
    type: 'array',
    items: { type: 'string' },
    default: [],
    scope: 'resource',
    markdownDescription: "Rules or practices to ignore, unless the project's settings file has its own list.",
    isHarmless: true,
  },
  'lint.severity': {
    type: 'object',
    additionalProperties: { type: 'string', enum: severityChoices },
    default: {},
    scope: 'resource',
    markdownDescription:
      'The maximum severity of a rule, for example `{ "grid-search": "information" }`. `off` turns a rule off.',
    isHarmless: true,
  },
} as const satisfies SettingDeclarations;

const location = {
  location: {
    type: 'string',
    default: '',
    scope: 'machine-overridable',
    markdownDescription:
      "Where the computer gets its electricity: a grid zone or country such as `DE` or `US-CAL-CISO`, or a cloud region such as `aws:eu-north-1`. If empty, Green ML guesses it from the time zone and marks it as a guess. `location` in `[tool.green-ml]` of the project's `pyproject.toml` takes precedence over your user setting, but not over a workspace setting.",
  },
  carbonIntensity: {
    type: ['number', 'null'],
    default: null,
    minimum: settingValues['carbon-intensity'].shape.limits.least,
    maximum: settingValues['carbon-intensity'].shape.limits.most,
    scope: 'machine-overridable',
    markdownDescription: 'Carbon intensity of your electricity in g CO₂e per kWh. Overrides the built-in tables.',
  },
  pue: {
    type: ['number', 'null'],
    default: null,
    minimum: settingValues.pue.shape.limits.least,
    maximum: settingValues.pue.shape.limits.most,
    scope: 'machine-overridable',
    markdownDescription:
      "Power usage effectiveness (PUE): energy of the building for each kWh of the computer. If empty, 1 for your own computer and the provider's value in a cloud region.",
  },
} as const satisfies SettingDeclarations;

const advice = {
  'regions.codeLens': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    markdownDescription:
      'In YAML and Terraform files, show a CodeLens at a cloud region if another region of the provider emits at least 20 % less.',
    isHarmless: true,
  },
  'live.publicServices': {
    type: 'boolean',
    default: false,
    scope: 'machine',
    markdownDescription: `Let *${commands.bestTime.title}* ask the public services that need no key: UK Carbon Intensity for Great Britain and Energi Data Service for Denmark. Nothing is asked before you run the command, or turn on \`#greenML.live.runs#\`.`,
  },
  'live.carbonAwareSdk': {
    type: 'string',
    default: '',
    scope: 'machine',
    markdownDescription: `Address of your own Carbon Aware SDK of the Green Software Foundation, such as \`https://carbon.example.org\`. If empty, it is not used. Keys of Electricity Maps and WattTime are set with ${titleOf(commands.setLiveKey)}.`,
  },
  'live.runs': {
    type: 'boolean',
    default: false,
    scope: 'machine',
    markdownDescription:
      'For runs, use the live services that you have turned on instead of the yearly average carbon intensity. They are asked once when a run starts.',
  },
} as const satisfies SettingDeclarations;

const cluster = {
  'prometheus.url': {
    type: 'string',
    default: '',
    scope: 'machine',
    markdownDescription: `Address of the Prometheus server that has the energy of your cluster, such as \`https://prometheus.example.org\`. It is asked only by ${titleOf(commands.measureCluster)} and for the runs of \`#greenML.prometheus.runs#\`. Its token is set with ${titleOf(commands.setPrometheusToken)}.`,
  },
  'prometheus.runs': {
    type: 'array',
    items: {
      type: 'object',
      required: ['match', 'preset', 'select'],
      additionalProperties: false,
      properties: {
        match: {
          type: 'string',
          minLength: 1,
          description: 'A part of the name of a launch configuration or task, or of a command in a terminal.',
        },
        preset: {
          type: 'string',
          minLength: 1,
          enum: presetNames,
          description: 'What measures the energy: the exporter whose metrics Prometheus has.',
        },
        select: {
          type: 'string',
          minLength: 1,
          description:
            'The labels that only the devices of the run have, such as Hostname=n4; for the presets joules and watts, PromQL.',
        },
      },
    },
    default: [],
    scope: 'resource',
    markdownDescription:
      'Runs that compute on a cluster: their energy is that of the selected devices, from `#greenML.prometheus.url#`, instead of that of this machine. Example: `[{ "match": "sbatch --wait", "preset": "dcgm", "select": "Hostname=~\\"n[1-8]\\"" }]`. Entries with the same `match` are measured together, such as `dcgm` and `node-rapl`.',
  },
} as const satisfies SettingDeclarations;

const agents = {
  'agents.mcpServer': {
    type: 'boolean',
    default: false,
    scope: 'window',
    markdownDescription:
      'Offer the tools for coding agents as a server of the Model Context Protocol (MCP), which adds resources and prompts, instead of as tools of the extension. For agents in VS Code that know only MCP servers. Not offered in Restricted Mode.',
  },
} as const satisfies SettingDeclarations;

/**
 * The sections of the settings editor, which sorts them by `order` and keeps the settings in each in this order. A new
 * setting needs an entry in one of them, and `npm run manifest`.
 */
export const settingSections = [
  { id: 'meter', title: 'Meter', order: 1, settings: meter },
  { id: 'location', title: 'Location', order: 2, settings: location },
  { id: 'budget', title: 'Budget', order: 3, settings: budget },
  { id: 'lint', title: 'Linter', order: 4, settings: linter },
  { id: 'regions', title: 'Regions and Time', order: 5, settings: advice },
  { id: 'cluster', title: 'Cluster', order: 6, settings: cluster },
  { id: 'agents', title: 'Coding Agents', order: 7, settings: agents },
] as const satisfies readonly {
  /** Part of the keys of its translated texts. */
  readonly id: string;
  readonly title: string;
  readonly order: number;
  readonly settings: SettingDeclarations;
}[];

type AllSettings = typeof meter &
  typeof budget &
  typeof linter &
  typeof location &
  typeof advice &
  typeof cluster &
  typeof agents;

export type SettingKey = keyof AllSettings;

type ValueOf<S> = S extends { readonly enum: readonly (infer Option)[] }
  ? Option
  : S extends Flag
    ? boolean
    : S extends Text
      ? string
      : S extends Amount
        ? number | null
        : S extends Mappings
          ? readonly ClusterMapping[]
          : S extends Selection<infer Part>
            ? readonly Part[]
            : S extends Texts
              ? readonly string[]
              : S extends { readonly additionalProperties: { readonly enum: readonly (infer Option)[] } }
                ? Readonly<Record<string, Option>>
                : never;

/** The type of a setting's value, if it is valid. */
export type SettingValue<Key extends SettingKey> = ValueOf<AllSettings[Key]>;

/** The first part of a key: `lint` of `lint.enable`. */
export type SettingGroup = SettingKey extends infer Key
  ? Key extends `${infer Group}.${string}`
    ? Group
    : never
  : never;
