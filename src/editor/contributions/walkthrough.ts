import { commands, editorCommands, hiddenCommands, type AnyCommand } from './commands';
import { commandUri, settingName } from './links';
import type { SettingKey } from './settings';
import { contextKeys, walkthroughId } from './surfaces';

const link = (text: string, uri: string): string => `[${text}](${uri})`;
const onCommand = ({ id }: AnyCommand): string => `onCommand:${id}`;
const onSettingChanged = (key: SettingKey): string => `onSettingChanged:${settingName(key)}`;

interface WalkthroughStep {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly media: { readonly image: ReturnType<typeof picture>; readonly altText: string };
  readonly completionEvents: readonly string[];
}

/** Taken of the editor itself by "npm run screenshots". */
const picture = (
  name: 'measure' | 'findings' | 'practices' | 'location' | 'budget',
): Readonly<Record<'light' | 'dark' | 'hc' | 'hcLight', string>> => {
  const [light, dark] = ['light', 'dark'].map((theme) => `media/walkthrough/${name}-${theme}.png`) as [string, string];
  return { light, dark, hc: dark, hcLight: light };
};

// A link on a line of its own is a button.
const steps: readonly WalkthroughStep[] = [
  {
    id: 'measure',
    title: 'Measure a run',
    description: [
      'Start a training with F5, as a task, in a terminal or as a notebook cell. The status bar shows its power and energy.',
      link('Start Debugging', commandUri(editorCommands.startDebugging)),
      'Without Python or a project: train a small network for 20 seconds with what the editor brings along, or measure a program that runs already.',
      link(commands.measureExample.title, commandUri(commands.measureExample)),
      link(commands.measureProcess.title, commandUri(commands.measureProcess)),
      'In a terminal, any command is measured with ``green-ml run --`` before it.',
      link(commands.putOnPath.title, commandUri(commands.putOnPath)),
    ].join('\n'),
    media: {
      image: picture('measure'),
      altText:
        'A run in the status bar, with its power, energy and epoch; above it the tooltip with its ranges and what it will use by its end',
    },
    completionEvents: [`onContext:${contextKeys.hasRun.id}`],
  },
  {
    id: 'findings',
    title: 'See what your code could save',
    description: [
      'Open a Python file or a notebook. Above wasteful training code, a CodeLens says what it costs and the way out, with the fix beside it. The code is only read, so Python need not be installed.',
      link('Open a File', commandUri(editorCommands.quickOpen)),
      link(commands.openExample.title, commandUri(commands.openExample)),
    ].join('\n'),
    media: {
      image: picture('findings'),
      altText:
        'Code with a grid search; the line above it reads: 361 fits, 101 with random search. The hover explains the sum and offers two fixes',
    },
    completionEvents: [
      hiddenCommands.showPractice,
      hiddenCommands.showRule,
      hiddenCommands.applyFix,
      commands.openExample,
      commands.lintWorkspace,
    ].map(onCommand),
  },
  {
    id: 'practices',
    title: 'Open the practices',
    description: `17 ways to make machine learning greener, with evidence from your code and runs, what to do next, and a checklist for your team.\n${link(commands.openPractices.title, commandUri(commands.openPractices))}`,
    media: {
      image: picture('practices'),
      altText: 'The page of practices, with what to do next and the evidence for it',
    },
    completionEvents: [onCommand(commands.openPractices)],
  },
  {
    id: 'location',
    title: 'Choose where and when',
    description: [
      'A kilowatt-hour can emit twenty times as much on one grid as on another. Say where your computer stands: until then, Green ML guesses it from the time zone, or takes the average of the world.',
      link(commands.setLocation.title, commandUri(commands.setLocation)),
      'For a job in the cloud, or one that can wait, compare regions and hours.',
      link(commands.recommendRegion.title, commandUri(commands.recommendRegion)),
      link(commands.bestTime.title, commandUri(commands.bestTime)),
    ].join('\n'),
    media: {
      image: picture('location'),
      altText: 'A map of cloud regions; a job of 100 kWh in eu-north-1 (Stockholm) emits 95 % less than in us-east-1',
    },
    completionEvents: [onSettingChanged('location'), onCommand(commands.recommendRegion), onCommand(commands.bestTime)],
  },
  {
    id: 'budget',
    title: 'Set a budget',
    description: `Limit a run, a day or the project in watt-hours, grams of CO₂e or hours. The status bar warns at 80 %. At 100 %, Green ML asks what to do.\n${link(commands.setBudget.title, commandUri(commands.setBudget))}`,
    media: {
      image: picture('budget'),
      altText: 'The tooltip of a run, with the share of the budget that it has used',
    },
    completionEvents: (['run', 'hours', 'day', 'project'] as const).map((limit) => onSettingChanged(`budget.${limit}`)),
  },
];

/** The first steps, shown on the editor's welcome page. */
export const walkthroughs = [
  {
    id: walkthroughId,
    title: 'Get Started with Green ML',
    description: 'Measure a run, see what could be saved, and decide what to do next.',
    steps,
  },
];
