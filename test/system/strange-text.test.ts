import assert from 'node:assert/strict';
import { readConfig } from '../../src/lint/files/config';
import { allRules } from '../../src/lint/rules';
import { readNotebook } from '../../src/python/notebook';
import { strangeText } from '../../src/system/strange-text';

const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
const page = '\n<!DOCTYPE html>\n<html><head></head></html>';
const conflict = '{\n<<<<<<< HEAD\n "cells": []\n=======\n "cells": [1]\n>>>>>>> main\n}\n';

describe('a text that is not what its name says', () => {
  const texts: readonly (readonly [string, RegExp])[] = [
    [pointer, /Git LFS pointer: fetch the file itself with "git lfs pull"\.$/],
    [page, /HTML page/],
    [conflict, /merge conflict: resolve it first\.$/],
  ];
  for (const [text, expected] of texts) {
    it(`is recognised: ${text.trim().split('\n')[0] ?? ''}`, async () => {
      assert.match(strangeText(text) ?? '', expected);
      const notebook = readNotebook(text);
      assert.match(typeof notebook === 'string' ? notebook : '', expected);
      await assert.rejects(readConfig(text, '/p/pyproject.toml', '/p', allRules), expected);
    });
  }

  it('is not recognised in a text that only mentions it', () => {
    for (const text of [
      '',
      '{"cells": []}',
      'x = "version https://git-lfs.github.com/spec/v1"\n',
      '<<<<<<< HEAD\n',
      '=======\n',
      '# <html>\n',
    ])
      assert.equal(strangeText(text), null);
  });
});
