import type { Availability } from './source';

/** What is wrong if nvidia-smi lists no GPU, and what to do about it. */

/** The problem if nvidia-smi has printed nothing in time. */
export const noAnswer = 'no answer in time';

/** Meanings of nvidia-smi's exit status, from its manual page ("RETURN VALUE") and NVML's error codes. */
const exits: Readonly<Record<string, Pick<Availability, 'reason' | 'enable'>>> = {
  'exit 3': { reason: 'nvidia-smi reports that this device does not support the query.', enable: null },
  'exit 4': {
    reason: 'You do not have permission to query the NVIDIA driver.',
    enable: 'Ask the administrator for access to /dev/nvidia* (often the group "video").',
  },
  'exit 8': {
    reason: 'nvidia-smi reports that the external power cables of a GPU are not attached.',
    enable: 'Connect the power cables of the GPU.',
  },
  'exit 9': {
    reason: 'nvidia-smi is installed, but the NVIDIA driver is not running.',
    enable: 'Load or repair the NVIDIA driver: "nvidia-smi" must list your GPU.',
  },
  'exit 10': {
    reason: 'nvidia-smi reports an interrupt problem of the kernel with a GPU.',
    enable: 'See the kernel log (dmesg); a restart often helps.',
  },
  'exit 12': {
    reason: "nvidia-smi does not find NVIDIA's library NVML (libnvidia-ml).",
    enable:
      'Install the library in the same version as the driver; in a container, pass the GPU with its utility capability.',
  },
  'exit 13': {
    reason: "NVIDIA's library NVML is too old for this nvidia-smi.",
    enable: 'Install the driver and nvidia-smi in the same version.',
  },
  'exit 14': {
    reason: 'nvidia-smi reports that the infoROM of a GPU is damaged.',
    enable: null,
  },
  'exit 15': {
    reason: 'nvidia-smi reports that a GPU has fallen off the bus.',
    enable: 'See the kernel log (dmesg); the machine must be restarted.',
  },
  'exit 18': {
    reason: 'The running NVIDIA driver and its library have different versions, as happens after an update.',
    enable:
      'Restart the machine, or reload the driver: "nvidia-smi" must list your GPU. In a container, update its driver libraries to the version of the host.',
  },
};

/** @param line what it printed in place of a GPU; null if nothing */
export function explain(problem: string | null, line: string | null): Pick<Availability, 'reason' | 'enable'> {
  if (problem === 'ENOENT') {
    return {
      reason: 'There is an NVIDIA GPU, but nvidia-smi, which reads its power, is not installed.',
      enable:
        "Install the NVIDIA driver's utilities (on Debian and Ubuntu: nvidia-smi or nvidia-utils), or, in a container, pass the GPU with its utility capability.",
    };
  }
  if (problem === noAnswer && line !== null) {
    const isFault = /\b(?:lost|unable|failed|fallen|error|reset)\b/i.test(line);
    return {
      reason: isFault
        ? `nvidia-smi cannot query the GPU ("${line}").`
        : `nvidia-smi lists no GPU whose power it can read ("${line}"), as on Jetson boards.`,
      enable: null,
    };
  }
  return (
    exits[problem ?? ''] ?? {
      reason: `nvidia-smi lists no GPU (${problem ?? 'it exited'}${line === null ? '' : `: "${line}"`}).`,
      enable: null,
    }
  );
}
