import type { ReadableFiles } from '../system/files';

/** The layers between this program and the hardware; null for those that do not exist. Names are for display. */
export interface Virtualisation {
  /** "Amazon EC2", "VMware", "WSL", "a virtual machine". Its CPUs are threads of a larger processor. */
  readonly machine: string | null;
  /** "Docker", "Kubernetes", "a container". It sees the host's processor, but usually not its counters. */
  readonly container: string | null;
}

/** What makers write into the firmware tables (DMI) of their virtual machines, with names for display. */
const machineNames: readonly (readonly [RegExp, string])[] = [
  [/amazon ec2/i, 'Amazon EC2'],
  [/google/i, 'Google Compute Engine'],
  [/alibaba/i, 'Alibaba Cloud'],
  [/digitalocean/i, 'DigitalOcean'],
  [/hetzner/i, 'Hetzner Cloud'],
  [/scaleway/i, 'Scaleway'],
  [/oraclecloud/i, 'Oracle Cloud'],
  [/openstack/i, 'OpenStack'],
  [/vmware/i, 'VMware'],
  [/virtualbox|innotek/i, 'VirtualBox'],
  [/parallels/i, 'Parallels'],
  [/apple virtualization/i, 'Apple Virtualization'],
  [/microsoft corporation virtual machine/i, 'Hyper-V or Azure'],
  [/xen/i, 'Xen'],
  [/qemu|kvm|bochs/i, 'QEMU/KVM'],
];

const containerNames: readonly (readonly [RegExp, string])[] = [
  [/kubepods/, 'Kubernetes'],
  [/docker/, 'Docker'],
  [/libpod|podman/, 'Podman'],
  [/lxc/, 'LXC'],
  [/containerd/, 'a container'],
];

/**
 * Recognises virtual machines, WSL and containers on Linux from small files.
 * @param proc the root of `/proc` of the measured machine
 */
export async function detectVirtualisation(files: ReadableFiles, sysfs: string, proc: string): Promise<Virtualisation> {
  const read = (path: string): Promise<string> => files.readText(path).catch(() => '');
  const [cpuinfo, version, vendor, product, hypervisor, cgroup, docker, podman] = await Promise.all([
    read(`${proc}/cpuinfo`),
    read(`${proc}/version`),
    read(`${sysfs}/class/dmi/id/sys_vendor`),
    read(`${sysfs}/class/dmi/id/product_name`),
    read(`${sysfs}/hypervisor/type`),
    read('/proc/1/cgroup'),
    exists(files, '/.dockerenv'),
    exists(files, '/run/.containerenv'),
  ]);
  const dmi = `${vendor.trim()} ${product.trim()}`;
  return {
    machine: machineOf(cpuinfo, version, dmi, hypervisor),
    container: docker ? 'Docker' : podman ? 'Podman' : (nameOf(containerNames, cgroup) ?? null),
  };
}

/**
 * Which files in our own `/proc` are replaced by a container's tools (lxcfs and others mount their own files there)
 * and show the CPU times and processors of the container, not of the machine.
 */
export async function findReplaced(
  files: ReadableFiles,
): Promise<{ readonly stat: boolean; readonly cpuinfo: boolean; readonly meminfo: boolean }> {
  const mounts = await files.readText('/proc/mounts').catch(() => '');
  const isMounted = (name: string): boolean =>
    mounts.split('\n').some((line) => line.split(' ')[1] === `/proc/${name}`);
  return { stat: isMounted('stat'), cpuinfo: isMounted('cpuinfo'), meminfo: isMounted('meminfo') };
}

function machineOf(cpuinfo: string, version: string, dmi: string, hypervisor: string): string | null {
  if (/microsoft/i.test(version)) return 'WSL';
  // A bare-metal server of a cloud also has the cloud's name.
  if (/\bmetal\b|bare ?metal/i.test(dmi)) return null;
  const named = nameOf(machineNames, dmi);
  // Only Intel and AMD processors have this flag; for others the firmware has to suffice.
  const flagged = /^flags\s*:.*\bhypervisor\b/m.test(cpuinfo) || hypervisor.trim() !== '';
  if (!flagged && /^flags\s*:/m.test(cpuinfo)) return null;
  return named ?? (flagged ? 'a virtual machine' : null);
}

function nameOf(names: readonly (readonly [RegExp, string])[], text: string): string | undefined {
  return names.find(([pattern]) => pattern.test(text))?.[1];
}

async function exists(files: ReadableFiles, path: string): Promise<boolean> {
  return files.readText(path).then(
    () => true,
    () => false,
  );
}
