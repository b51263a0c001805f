import type { Programs } from './spawn';

/** PowerShell takes a while to start on a busy machine. */
const patienceMilliseconds = 8000;

/** The administrators, the system, and the installer of Windows, as a security descriptor names them. */
const trusted = /^(?:BA|SY|LA|S-1-5-32-544|S-1-5-18|S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464)$/;

/** Rights to change a file, to delete it, and to give oneself such rights. */
const changing = 0x2 | 0x4 | 0x10 | 0x40 | 0x100 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000;

/** Rights that only read, as a security descriptor abbreviates them. */
const readingWords: ReadonlySet<string> = new Set(['FR', 'FX', 'GR', 'GX', 'RC', 'CC', 'SW', 'WP', 'LO']);

/**
 * Why a file of Windows does not count: others than administrators own it or can change it. Null if nobody can.
 * The sentence calls the file "it".
 */
export async function strangersIn(path: string, programs: Pick<Programs, 'run'>): Promise<string | null> {
  const quoted = `'${path.replaceAll("'", "''")}'`;
  const { stdout, problem } = await programs.run(
    'powershell.exe',
    ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', `(Get-Acl -LiteralPath ${quoted}).Sddl`],
    patienceMilliseconds,
  );
  return problem === null
    ? strangersOf(stdout.trim())
    : `Its owner is not known, because PowerShell failed (${problem}).`;
}

/** @param descriptor a security descriptor in SDDL, `O:BAG:SYD:(A;;FA;;;BA)` */
export function strangersOf(descriptor: string): string | null {
  const [owner = '', list = ''] = descriptor.split('D:');
  if (!trusted.test(owner.replace(/^O:/, '').split('G:')[0] ?? '')) return 'It does not belong to the administrators.';
  const [entriesOfFile = ''] = list.split('S:');
  const entries = [...entriesOfFile.matchAll(/\(([^()]*)\)/g)].map(([, entry = '']) => entry.split(';'));
  // Without a list of rights, everyone has all of them.
  const isOpen = entries.length === 0 || entries.some((entry) => letsStrangersChange(entry));
  return isOpen ? 'It can be changed by users who are not administrators: take away their right to write.' : null;
}

/** One entry: type; flags; rights; object; inherited object; who. What is not understood counts as a right to change. */
function letsStrangersChange([type = '', , rights = '', , , who = '']: readonly string[]): boolean {
  if (type === 'D' || trusted.test(who)) return false;
  if (/^0x[\da-f]+$/i.test(rights)) return (Number(rights) & changing) !== 0;
  return !(rights.match(/../g) ?? ['']).every((word) => readingWords.has(word));
}
