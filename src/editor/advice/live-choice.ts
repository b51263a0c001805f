import { window, type SecretStorage } from 'vscode';
import type { LiveServices } from '../../grid/services/services';
import { commands } from '../contributions/commands';
import { anyText, Settings, trueOrFalse } from '../contributions/use-settings';

const secretNames = {
  electricityMaps: 'live.electricityMaps.token',
  wattTimeUser: 'live.wattTime.user',
  wattTimePassword: 'live.wattTime.password',
} as const;

/** The live services that are turned on, by settings and by keys in VS Code's secret storage. */
export async function readLiveChoice(secrets: SecretStorage): Promise<LiveServices> {
  const settings = new Settings();
  const url = settings.read('live.carbonAwareSdk', anyText).trim();
  const [token, user, password] = await Promise.all([
    secrets.get(secretNames.electricityMaps),
    secrets.get(secretNames.wattTimeUser),
    secrets.get(secretNames.wattTimePassword),
  ]);
  return {
    keyless: settings.read('live.publicServices', trueOrFalse),
    electricityMapsToken: token ?? null,
    wattTime: user === undefined || password === undefined ? null : { user, password },
    carbonAwareSdkUrl: url === '' ? null : url,
  };
}

/** The command "Set the Key of a Live Service". An empty key turns the service off. */
export async function askKey(secrets: SecretStorage): Promise<void> {
  const service = await window.showQuickPick(['Electricity Maps', 'WattTime'], {
    title: commands.setLiveKey.title,
    placeHolder: 'Keys are kept in the secret storage of VS Code',
  });
  if (service === 'Electricity Maps')
    await askSecret(secrets, secretNames.electricityMaps, 'Electricity Maps: Token', true);
  if (service === 'WattTime' && (await askSecret(secrets, secretNames.wattTimeUser, 'WattTime: User Name', false))) {
    await askSecret(secrets, secretNames.wattTimePassword, 'WattTime: Password', true);
  }
}

/** True if a key was entered. */
async function askSecret(secrets: SecretStorage, name: string, title: string, hidden: boolean): Promise<boolean> {
  const value = await window.showInputBox({
    title,
    password: hidden,
    prompt: 'Leave empty to turn the service off.',
    ignoreFocusOut: true,
  });
  if (value === undefined) return false;
  if (value === '') await secrets.delete(name);
  else await secrets.store(name, value);
  return value !== '';
}
