import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { commandLine } from '../../../server/domain/compute/commandLine.ts';

describe('command line', () => {
  it('places named parameters and appends the others', () => {
    assert.equal(
      commandLine('python train.py --d {depth}', { depth: '3', lr: '0.1' }),
      'python train.py --d 3 --lr 0.1',
    );
  });

  it('leaves braces alone that name no parameter', () => {
    assert.equal(commandLine("awk '{print $1}' {toString}", {}), "awk '{print $1}' {toString}");
  });

  it('does not search what a parameter brings in', () => {
    assert.equal(commandLine('echo {a}', { a: '{b}', b: 'x' }), "echo '{b}' --b x");
  });

  it('lets a shell see each parameter as one word, whatever is in it', () => {
    const hostile = ['$(id)', '`id`', "it's", 'a b', '"; exit 3 #', '\n', '*', '--x', ''];
    for (const value of hostile) {
      const shown = execFileSync('sh', ['-c', commandLine('printf %s {value}', { value })]).toString();
      assert.equal(shown, value);
    }
  });
});
