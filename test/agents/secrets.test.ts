import assert from 'node:assert/strict';
import { withoutSecrets } from '../../src/agents/secrets';

describe('agents/secrets', () => {
  const env = { WANDB_API_KEY: '0123456789abcdef', MY_TOKEN: 'tok.en+with(marks', HOME: '/home/someone', AUTH: 'true' };

  it('takes the secrets of the environment out of a text', () => {
    assert.equal(
      withoutSecrets('key 0123456789abcdef, tok.en+with(marks, true, /home/someone', env),
      'key [secret], [secret], true, /home/someone',
    );
  });

  it('takes the passwords of addresses out', () => {
    assert.equal(
      withoutSecrets('postgres://me:hunter2@host/db and http://host:80/a:b@c', {}),
      'postgres://me:[secret]@host/db and http://host:80/a:b@c',
    );
  });

  it('takes keys out by their marks', () => {
    const keys = [`hf_${'a1'.repeat(17)}`, `ghp_${'B2'.repeat(18)}`, `AKIA${'Z9'.repeat(8)}`, `sk-${'abc-'.repeat(8)}`];
    assert.equal(withoutSecrets(keys.join(' '), {}).replace(/-$/, ''), '[secret] [secret] [secret] [secret]');
    assert.equal(withoutSecrets('hf_hub and sk-learn', {}), 'hf_hub and sk-learn');
  });
});
