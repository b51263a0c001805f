import { agentTools } from '../../agents/tools';
import { checklistPath } from '../../practices/checklist-file';
import { declarationOf } from './agent-tools';
import { colours } from './colours';
import { category, commands, type ShownCommand } from './commands';
import { commandUri, settingName, settingsUri } from './links';
import { editorCommands } from './commands';
import { menus } from './menus';
import { settingSections, type SettingDeclaration, type SettingKey } from './settings';
import { mcpProvider, panels, rulesFolder, schemes, skillFile, viewContainer, views, type View } from './surfaces';
import { walkthroughs } from './walkthrough';

/** The parts of package.json that follow from the list of contributions. `npm run manifest` writes them. */
export interface ManifestParts {
  readonly activationEvents: readonly string[];
  readonly contributes: Readonly<Record<string, unknown>>;
  readonly capabilities: {
    readonly untrustedWorkspaces: {
      readonly supported: 'limited';
      readonly description: string;
      /** Settings that an untrusted workspace cannot set. */
      readonly restrictedConfigurations: readonly string[];
    };
    readonly virtualWorkspaces: { readonly supported: 'limited'; readonly description: string };
  };
}

/** Activation events, without those for views and commands, which VS Code adds itself. */
const activationEvents = [
  'onDebugAdapterProtocolTracker',
  'onLanguage:python',
  'onTerminalShellIntegration:*',
  'onTaskType:shell',
  `onWebviewPanel:${panels.practices}`,
  `onWebviewPanel:${panels.run}`,
  'onNotebook:jupyter-notebook',
  'onNotebook:interactive',
  `onFileSystem:${schemes.rules}`,
  'onLanguage:yaml',
  'onLanguage:terraform',
  'onLanguage:dockercompose',
  'workspaceContains:**/*.tf',
];

const settings: readonly (readonly [string, SettingDeclaration])[] = settingSections.flatMap((section) =>
  Object.entries<SettingDeclaration>(section.settings),
);

const emptyHistory = [
  'No run has been recorded yet.',
  [
    'Each run is kept here with its energy: from F5, tasks, terminals and notebook cells.',
    `[Run and Debug](${commandUri(editorCommands.showRunAndDebug)})`,
    `[${commands.measureExample.title}](${commandUri(commands.measureExample)})`,
    `[Settings of the Meter](${settingsUri('meter')})`,
  ].join('\n'),
].join('\n\n');

export function manifestParts(): ManifestParts {
  return {
    activationEvents,
    contributes: {
      walkthroughs,
      jsonValidation: [{ fileMatch: `**/${checklistPath}`, url: './schemas/checklist.schema.json' }],
      configurationDefaults: {
        'workbench.editorAssociations': { [`${schemes.rules}:${rulesFolder}/*.md`]: 'vscode.markdown.preview.editor' },
      },
      commands: Object.values<ShownCommand<readonly unknown[]>>(commands).map(commandOf),
      keybindings: Object.values<ShownCommand<readonly unknown[]>>(commands).flatMap(keybindingsOf),
      colors: Object.values(colours).map(({ id, like, description }) => ({
        id,
        description,
        defaults: { dark: like, light: like, highContrast: like, highContrastLight: like },
      })),
      viewsContainers: { activitybar: [viewContainer] },
      views: { [viewContainer.id]: Object.values<View>(views).map(viewOf) },
      viewsWelcome: [{ view: views.history.id, contents: emptyHistory }],
      menus,
      languageModelTools: agentTools.map(declarationOf),
      mcpServerDefinitionProviders: [mcpProvider],
      // VS Code knows it since 1.109; older versions take no notice.
      chatSkills: [{ path: skillFile }],
      configuration: settingSections.map(({ id, title, order, settings: entries }) => ({
        id,
        title,
        order,
        properties: Object.fromEntries(
          Object.entries<SettingDeclaration>(entries).map(([key, setting], index) => [
            settingName(key as SettingKey),
            propertyOf(setting, index + 1),
          ]),
        ),
      })),
    },
    capabilities: {
      untrustedWorkspaces: {
        supported: 'limited',
        description:
          'Nothing of the workspace is run; what its settings and its settings file say of where the computer stands, and of budgets, is not used.',
        restrictedConfigurations: settings
          .filter(([, { scope, isHarmless }]) => scope !== 'machine' && isHarmless !== true)
          .map(([key]) => settingName(key as SettingKey)),
      },
      virtualWorkspaces: {
        supported: 'limited',
        description: 'The meter measures processes of this machine; a virtual workspace starts none.',
      },
    },
  };
}

function commandOf({ id, title, icon }: ShownCommand<readonly unknown[]>): object {
  return { command: id, title, category, ...(icon === undefined ? {} : { icon }) };
}

function keybindingsOf({ id, keys }: ShownCommand<readonly unknown[]>): readonly object[] {
  if (keys === undefined) return [];
  return [{ command: id, key: keys.chord, mac: keys.chord.replace('ctrl', 'cmd'), when: keys.when }];
}

function viewOf({ id, name, isPage, initialSize }: View): object {
  return {
    id,
    ...(isPage ? { type: 'webview' } : {}),
    name,
    icon: viewContainer.icon,
    contextualTitle: viewContainer.title,
    initialSize,
  };
}

function propertyOf(
  { isHarmless: _isHarmless, scope, markdownDescription, ...schema }: SettingDeclaration,
  order: number,
): object {
  return { ...schema, scope, order, markdownDescription };
}
