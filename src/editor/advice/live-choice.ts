import { window, type SecretStorage } from 'vscode';
import type { LiveServices } from '../../grid/services/services';
import { anyText, Settings, trueOrFalse } from '../contributions/use-settings';

const secretNames = {
  electricityMaps: 'live.electricityMaps.token',
  wattTimeUser: 'live.wattTime.user',
  wattTimePassword: 'live.wattTime.password',
} as const;

/** The live services that a person has turned on: by settings, and by keys in the editor's secret storage. */
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

/** The command "Set the Key of a Live Service"; an empty key turns the service off. */
export async function askKey(secrets: SecretStorage): Promise<void> {
  const service = await window.showQuickPick(['Electricity Maps', 'WattTime'], {
    title: 'Key of a live service',
    placeHolder: 'Keys stay in the secret storage of this editor',
  });
  if (service === 'Electricity Maps')
    await askSecret(secrets, secretNames.electricityMaps, 'Token of Electricity Maps', true);
  if (service === 'WattTime' && (await askSecret(secrets, secretNames.wattTimeUser, 'User name at WattTime', false))) {
    await askSecret(secrets, secretNames.wattTimePassword, 'Password at WattTime', true);
  }
}

/** True where a key was given. */
async function askSecret(secrets: SecretStorage, name: string, title: string, hidden: boolean): Promise<boolean> {
  const value = await window.showInputBox({
    title,
    password: hidden,
    prompt: 'Leave it empty to turn the service off.',
    ignoreFocusOut: true,
  });
  if (value === undefined) return false;
  if (value === '') await secrets.delete(name);
  else await secrets.store(name, value);
  return value !== '';
}
