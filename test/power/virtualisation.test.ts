import assert from 'node:assert/strict';
import { detectVirtualisation, type Virtualisation } from '../../src/power/virtualisation';
import { FakeFiles, type FakeFile } from '../support/fake-files';

const flags = (hypervisor: boolean): string =>
  `processor\t: 0\nflags\t\t: fpu vme${hypervisor ? ' hypervisor' : ''} sse2\n`;

function detect(files: Readonly<Record<string, FakeFile>>): Promise<Virtualisation> {
  return detectVirtualisation(new FakeFiles(files), '/sys', '/proc');
}

function dmi(vendor: string, product: string): Record<string, string> {
  return { '/sys/class/dmi/id/sys_vendor': `${vendor}\n`, '/sys/class/dmi/id/product_name': `${product}\n` };
}

describe('power/virtualisation', () => {
  it('says nothing of a machine of its own', async () => {
    const laptop = { '/proc/cpuinfo': flags(false), ...dmi('LENOVO', '20XW'), '/proc/1/cgroup': '0::/init.scope\n' };
    assert.deepEqual(await detect(laptop), { machine: null, container: null });
  });

  it('names virtual machines by their firmware', async () => {
    const name = async (vendor: string, product: string): Promise<string | null> =>
      (await detect({ '/proc/cpuinfo': flags(true), ...dmi(vendor, product) })).machine;
    assert.equal(await name('Amazon EC2', 'm5.large'), 'Amazon EC2');
    assert.equal(await name('Google', 'Google Compute Engine'), 'Google Compute Engine');
    assert.equal(await name('Microsoft Corporation', 'Virtual Machine'), 'Hyper-V or Azure');
    assert.equal(await name('QEMU', 'Standard PC (Q35 + ICH9, 2009)'), 'QEMU/KVM');
    assert.equal(await name('VMware, Inc.', 'VMware7,1'), 'VMware');
    assert.equal(await name('Acme', 'Cloud'), 'a virtual machine');
  });

  it('takes a whole server of a cloud for hardware', async () => {
    const metal = { '/proc/cpuinfo': flags(false), ...dmi('Amazon EC2', 'm5.metal') };
    assert.equal((await detect(metal)).machine, null);
  });

  it('knows virtual machines without the flag of Intel and AMD', async () => {
    const graviton = { '/proc/cpuinfo': 'processor\t: 0\nFeatures\t: fp asimd\n', ...dmi('Amazon EC2', 't4g.micro') };
    assert.equal((await detect(graviton)).machine, 'Amazon EC2');
  });

  it('knows WSL, whatever else it says', async () => {
    const wsl = {
      '/proc/cpuinfo': flags(true),
      '/proc/version': 'Linux version 5.15.153.1-microsoft-standard-WSL2 (root@…)\n',
    };
    assert.equal((await detect(wsl)).machine, 'WSL');
  });

  it('names containers', async () => {
    const inside = async (files: Record<string, FakeFile>): Promise<string | null> =>
      (await detect({ '/proc/cpuinfo': flags(false), ...files })).container;
    assert.equal(await inside({ '/.dockerenv': '' }), 'Docker');
    assert.equal(await inside({ '/run/.containerenv': 'engine="podman"\n' }), 'Podman');
    assert.equal(await inside({ '/proc/1/cgroup': '0::/kubepods/burstable/pod1/abc\n' }), 'Kubernetes');
    assert.equal(await inside({ '/proc/1/cgroup': '12:cpu:/lxc/c1\n' }), 'LXC');
  });
});
