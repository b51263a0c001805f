/** Names of environment variables whose values nobody else may see. */
const secretName = /token|secret|password|passwd|credential|api_?key|access_?key|private_?key|auth/i;

/** Shorter values are words such as "true", which are no secrets and would damage texts. */
const shortestSecret = 8;

/** Keys by the marks that their makers gave them, so that scanners find them. */
const knownKeys =
  /\b(?:hf_[A-Za-z0-9]{20,60}|gh[pousr]_[A-Za-z0-9]{30,60}|github_pat_\w{30,100}|sk-[\w-]{20,200}|xox[abp]-[\w-]{10,100}|AKIA[A-Z0-9]{16}|AIza[\w-]{35}|glpat-[\w-]{20,40})/g;

const mark = '[secret]';

/** The password of an address, such as that of a database. */
const passwordInAddress = /(:\/\/[^\s:@/]{0,100}:)[^\s:@/]{1,200}@/g;

/** A text without the secrets of the environment and without keys. */
export function withoutSecrets(text: string, env: NodeJS.ProcessEnv): string {
  let clean = text;
  for (const [name, value = ''] of Object.entries(env))
    if (value.length >= shortestSecret && secretName.test(name)) clean = clean.replaceAll(value, mark);
  return clean.replace(knownKeys, mark).replace(passwordInAddress, `$1${mark}@`);
}
