import { commands, editorCommands, hiddenCommands, type AnyCommand } from './commands';
import { commandUri, settingName } from './links';
import type { SettingKey } from './settings';

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

const steps: readonly WalkthroughStep[] = [
  {
    id: 'measure',
    title: 'Measure a run',
    description: `Start a training script with F5. The status bar shows power, energy and emissions while it runs, and the result afterwards.\n${link('Start Debugging', commandUri(editorCommands.startDebugging))}`,
    media: {
      image: picture('measure'),
      altText:
        'A run in the status bar, with its power, energy and epoch; above it the tooltip with its ranges and what it will use by its end',
    },
    completionEvents: [onCommand(editorCommands.startDebugging)],
  },
  {
    id: 'warning',
    title: 'See what your code could save',
    description: `Open a Python file or a notebook. CodeLens above wasteful training code shows how much it wastes, and opens the practice behind it.\n${link('Open a File', commandUri(editorCommands.quickOpen))}`,
    media: {
      image: picture('findings'),
      altText:
        'Code with a grid search; the line above it reads: 361 fits, 101 with random search. The hover explains the sum and offers two fixes',
    },
    completionEvents: [onCommand(hiddenCommands.showPractice)],
  },
  {
    id: 'practices',
    title: 'Open the practices',
    description: `17 ways to make machine learning greener, with a checklist for your team and evidence from your project.\n${link(commands.openPractices.title, commandUri(commands.openPractices))}`,
    media: {
      image: picture('practices'),
      altText: 'The page of practices, with what to do next and the evidence for it',
    },
    completionEvents: [onCommand(commands.openPractices)],
  },
  {
    id: 'location',
    title: 'Set your location',
    description: `A watt-hour can emit twenty times as much on one grid as on another. Set your grid zone or cloud region. Until then, Green ML guesses it from the time zone.\n${link('Set the Location', commandUri(commands.setLocation))}`,
    media: {
      image: picture('location'),
      altText: 'A map of cloud regions; a job of 100 kWh in eu-north-1 (Stockholm) emits 95 % less than in us-east-1',
    },
    completionEvents: [onSettingChanged('location')],
  },
  {
    id: 'budget',
    title: 'Set a budget',
    description: `Limit a run, a day or the project in watt-hours, grams or hours. The status bar warns at 80 %. At 100 %, you decide.\n${link(commands.setBudget.title, commandUri(commands.setBudget))}`,
    media: {
      image: picture('budget'),
      altText: 'The tooltip of a run, with the share of the budget that it has used',
    },
    completionEvents: [onSettingChanged('budget.run')],
  },
];

/** The first steps, shown on the editor's welcome page. */
export const walkthroughs = [
  {
    id: 'start',
    title: 'Get Started with Green ML',
    description: 'Measure a run, see what could be saved, and decide what to do next.',
    steps,
  },
];
