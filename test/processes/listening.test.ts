import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { listeningPorts } from '../../src/processes/listening';
import { systemFiles } from '../../src/system/files';
import { FakeFiles } from '../support/fake-files';
import { skip } from '../support/skip';

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = (address: string, state: string, inode: number): string =>
  `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0000000000000000 100 0 0 10 0\n`;

describe('processes/listening', () => {
  it('finds the ports of the processes and no others, for IPv4 and IPv6', async () => {
    const files = new FakeFiles({
      '/proc/7/fd/0': { link: '/dev/null' },
      '/proc/7/fd/3': { link: 'socket:[100]' },
      '/proc/7/fd/4': { link: 'socket:[101]' },
      '/proc/7/fd/5': { link: 'socket:[102]' },
      '/proc/7/net/tcp':
        header + row('0100007F:1F90', '0A', 100) + row('0100007F:0050', '0A', 999) + row('0100007F:C000', '01', 101),
      '/proc/7/net/tcp6': header + row('00000000000000000000000000000000:1F40', '0A', 102),
    });
    assert.deepEqual(await listeningPorts(files, [7]), [8000, 8080]);
  });

  it('returns null if nothing can be read, and an empty list if there are no ports', async () => {
    assert.equal(await listeningPorts(new FakeFiles({}), [7]), null);
    const closed = new FakeFiles({ '/proc/7/fd/0': { link: '/dev/null' }, '/proc/7/net/tcp': header });
    assert.deepEqual(await listeningPorts(closed, [6, 7]), []);
  });

  it('finds a server of this process', async function () {
    if (process.platform !== 'linux') skip(this, 'only /proc shows sockets');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      assert.ok((await listeningPorts(systemFiles, [process.pid]))?.includes(port));
    } finally {
      server.close();
    }
  });
});
