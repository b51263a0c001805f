import assert from 'node:assert/strict';
import { processLabel } from '../../../src/runs/command/process-label';

describe('runs/process-label', () => {
  const label = (commandLine: readonly string[], program = ''): string => {
    const { name, arguments: given } = processLabel(commandLine, program);
    return `${name} ${given}`.trimEnd();
  };

  it('is the script with its first arguments', () => {
    assert.equal(label(['/usr/bin/python3', '-u', '/home/me/train.py', '--lr', '0.1']), 'train.py --lr 0.1');
    assert.equal(label(['python', '-m', 'pkg.train', '--fast']), 'pkg.train --fast');
    assert.equal(label(['node', 'scripts/build.mjs', '--tests']), 'build.mjs --tests');
    assert.equal(label(['/usr/bin/node', '/p/node_modules/typescript/bin/tsc', '-p', '.']), 'tsc -p .');
    assert.equal(label(['java', '-Xmx2g', '-jar', '/opt/spark.jar', 'run']), 'spark.jar run');
    assert.equal(label(['C:\\Python\\python.exe', 'C:\\p\\train.py']), 'train.py');
  });

  it('is the program where there is no script', () => {
    assert.equal(label(['/usr/bin/ollama', 'serve']), 'ollama serve');
    assert.equal(label(['/bin/bash']), 'bash');
    assert.equal(label(['node']), 'node');
  });

  it('cuts long arguments', () => {
    assert.ok(label(['ollama', ...Array.from({ length: 50 }, (_, index) => `--option-${index}`)]).length < 80);
  });

  it('names the helpers of Electron and Chromium by what they do', () => {
    const chromium = '/usr/lib/chromium/chromium --type=renderer --crashpad-handler-pid=0 --lang=en-US';
    assert.equal(label([chromium]), 'chromium (renderer)');
    assert.equal(label(['/opt/Google Chrome/chrome --type=gpu-process --no-sandbox']), 'chrome (gpu-process)');
    const service = ['--type=utility', '--utility-sub-type=network.mojom.NetworkService'];
    assert.equal(label(['/usr/share/code/code', ...service]), 'code (network service)');
    const host = ['--dns-result-order', 'ipv4first', '/s/out/bootstrap-fork', '--type=extensionHost'];
    assert.equal(label(['/s/node', ...host]), 'bootstrap-fork (extension host)');
  });

  it('finds programs with spaces in their path where arguments are known as one line', () => {
    const line = '/Applications/Visual Studio Code.app/Contents/MacOS/Code Helper (Plugin) --type=utility x';
    assert.equal(label(line.split(' '), 'Code Helper (Plugin)'), 'Code Helper (Plugin) (utility)');
    assert.equal(label(['/Applications/My', 'App.app/Contents/MacOS/My', 'App'], 'My App'), 'My App');
  });

  it('keeps a title that a program has given itself', () => {
    assert.equal(label(['nginx: worker process']), 'nginx: worker process');
    assert.equal(label(['ray::train()']), 'ray::train()');
  });
});
