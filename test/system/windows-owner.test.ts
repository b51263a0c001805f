import assert from 'node:assert/strict';
import { strangersIn, strangersOf } from '../../src/system/windows-owner';

/** As `Get-Acl` prints them. */
const fine = 'O:BAG:S-1-5-21-1-2-3-513D:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)';

describe('the owner of a file of Windows', () => {
  for (const [descriptor, why] of [
    [fine, null],
    ['O:SYG:SYD:P(A;;FA;;;BA)(A;;FR;;;WD)', null],
    ['O:S-1-5-18G:SYD:(A;;FA;;;S-1-5-32-544)(D;;FA;;;WD)S:(AU;SA;FA;;;WD)', null],
    ['O:S-1-5-21-1-2-3-1001G:SYD:AI(A;ID;FA;;;BA)', /does not belong to the administrators/],
    ['O:BUG:SYD:AI(A;ID;FA;;;BA)', /does not belong to the administrators/],
    ['O:BAG:SYD:AI(A;ID;FA;;;BA)(A;;FA;;;BU)', /can be changed by users/],
    ['O:BAG:SYD:AI(A;ID;FA;;;BA)(A;;FW;;;WD)', /can be changed by users/],
    ['O:BAG:SYD:AI(A;ID;FA;;;BA)(A;;FRFW;;;AU)', /can be changed by users/],
    ['O:BAG:SYD:AI(A;ID;0x1301bf;;;AU)', /can be changed by users/],
    ['O:BAG:SYD:(A;;FR;;;BU)(A;;0x40000000;;;S-1-5-21-1-2-3-1001)', /can be changed by users/],
    ['O:BAG:SYD:(XX;;??;;;BU)', /can be changed by users/],
    ['O:BAG:SYD:NO_ACCESS_CONTROL', /can be changed by users/],
    ['O:BAG:SY', /can be changed by users/],
    ['', /does not belong to the administrators/],
  ] as const) {
    it(`${why === null ? 'counts' : 'does not count'}: ${descriptor}`, () => {
      const found = strangersOf(descriptor);
      if (why === null) assert.equal(found, null);
      else assert.match(found ?? '', why);
    });
  }

  it('is asked of PowerShell, with the path as one word', async () => {
    const asked: string[] = [];
    const run = (problem: string | null) => (command: string, args: readonly string[]) => {
      asked.push(command, args.at(-1) ?? '');
      return Promise.resolve({ stdout: problem === null ? `${fine}\r\n` : '', problem });
    };
    assert.equal(await strangersIn("C:\\ProgramData\\it's\\config.toml", { run: run(null) }), null);
    assert.deepEqual(asked, ['powershell.exe', "(Get-Acl -LiteralPath 'C:\\ProgramData\\it''s\\config.toml').Sddl"]);
    assert.match((await strangersIn('C:\\x', { run: run('ENOENT') })) ?? '', /PowerShell failed \(ENOENT\)/);
  });
});
