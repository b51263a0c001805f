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
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}

const steps: readonly WalkthroughStep[] = [
  {
    id: 'measure',
    title: 'Measure a run',
    description: `Start a training script with F5. The status bar shows power, energy and emissions while it runs, and the result afterwards.\n${link('Start Debugging', commandUri(editorCommands.startDebugging))}`,
    media: {
      svg: 'media/walkthrough/measure.svg',
      altText: 'Power over time above the status bar, which shows watts, watt-hours and grams',
    },
    completionEvents: [onCommand(editorCommands.startDebugging)],
  },
  {
    id: 'warning',
    title: 'See what your code could save',
    description: `Open a Python file or a notebook. CodeLens above wasteful training code shows how much it wastes, and opens the practice behind it.\n${link('Open a File', commandUri(editorCommands.quickOpen))}`,
    media: {
      svg: 'media/walkthrough/warning.svg',
      altText: 'Code with a grid search; the line above it reads: 61 fits, practice 16',
    },
    completionEvents: [onCommand(hiddenCommands.showPractice)],
  },
  {
    id: 'practices',
    title: 'Open the practices',
    description: `17 ways to make machine learning greener, with a checklist for your team and evidence from your project.\n${link(commands.openPractices.title, commandUri(commands.openPractices))}`,
    media: {
      svg: 'media/walkthrough/practices.svg',
      altText: 'The list of practices, with a ring that shows how many are done',
    },
    completionEvents: [onCommand(commands.openPractices)],
  },
  {
    id: 'location',
    title: 'Set your location',
    description: `A watt-hour can emit twenty times as much on one grid as on another. Set your grid zone or cloud region. Until then, Green ML guesses it from the time zone.\n${link('Set the Location', commandUri(commands.setLocation))}`,
    media: {
      svg: 'media/walkthrough/location.svg',
      altText: 'Bars of the grams that one watt-hour emits in three regions',
    },
    completionEvents: [onSettingChanged('location')],
  },
  {
    id: 'budget',
    title: 'Set a budget',
    description: `Limit a run, a day or the project in watt-hours, grams or hours. The status bar warns at 80 %. At 100 %, you decide.\n${link(commands.setBudget.title, commandUri(commands.setBudget))}`,
    media: {
      svg: 'media/walkthrough/budget.svg',
      altText: 'A bar of the energy used, with a mark at 80 % of the budget',
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
