import assert from 'node:assert/strict';
import { workElsewhere } from '../../../src/runs/measuring/work-elsewhere';

describe('runs/work-elsewhere', () => {
  it('knows clients that let others compute', () => {
    const lines: readonly (readonly [string, RegExp])[] = [
      ['docker run --gpus all image python train.py', /Docker daemon/],
      ['docker compose up', /Docker daemon/],
      ['docker --context gpu run image', /Docker daemon/],
      ['podman run image', /Podman/],
      ['ssh gpu1 python train.py', /another machine/],
      ['srun -n 4 python train.py', /Slurm/],
      ['sbatch job.sh', /Slurm/],
      ['kubectl apply -f job.yaml', /Kubernetes/],
      ['ray job submit -- python train.py', /Ray cluster/],
      ['modal run train.py', /Modal/],
      ['systemd-run --user python train.py', /systemd/],
      ['wsl.exe python3 train.py', /WSL/],
      ['sudo docker run image', /Docker daemon/],
      ['sh -c "cd x && docker run image"', /Docker daemon/],
      ['timeout 3600 ssh gpu1 nvidia-smi', /another machine/],
      ['env X=1 srun --gres=gpu:1 python train.py', /Slurm/],
    ];
    for (const [line, to] of lines) assert.match(workElsewhere(line) ?? 'nobody', to, line);
    assert.match(workElsewhere(['docker', 'run', 'image with spaces']) ?? '', /Docker/);
  });

  it('says nothing of what computes by itself', () => {
    for (const line of [
      'python train.py',
      'docker ps',
      'docker --version',
      'ssh -V',
      'kubectl get pods',
      'ray start --head',
      'python ssh.py docker run',
      'git commit -m "docker run x"',
      '',
      'toString',
      'make docker',
    ]) {
      assert.equal(workElsewhere(line), null, line);
    }
  });
});
