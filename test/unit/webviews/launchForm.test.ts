import assert from 'node:assert/strict';
import {
  commandFor,
  emptyForm,
  missing,
  parameterProblem,
  requestOf,
  slugOf,
} from '../../../webviews/panels/launch/launchForm.ts';

const whole = {
  ...emptyForm,
  folderId: 'f',
  projectId: 'p',
  command: ' python a.py ',
  environmentId: 'e',
  tierId: 't',
};

describe('launch form', () => {
  it('knows how a script is started, with its name quoted where the shell needs it', () => {
    assert.equal(commandFor('src/train.py'), 'python3 src/train.py');
    assert.equal(commandFor("my script's.py"), "python3 'my script'\\''s.py'");
    assert.equal(commandFor('fit.R'), 'Rscript fit.R');
  });

  it('names the first thing that is missing', () => {
    assert.equal(missing(emptyForm), 'Open a folder first');
    assert.equal(missing(whole), null);
    assert.equal(missing({ ...whole, command: '  ' }), 'Say what to run');
  });

  it('refuses parameters that could not be sent, and leaves out empty rows', () => {
    const rows = [
      { key: 'a', value: '1' },
      { key: 'a', value: '2' },
      { key: '', value: 'x' },
      { key: '', value: '' },
      { key: 'a;b', value: '' },
    ];
    assert.deepEqual(
      rows.map((_, at) => parameterProblem(rows, at) !== null),
      [false, true, true, false, true],
    );
    const request = requestOf(
      {
        ...whole,
        parameters: [
          { key: ' rate ', value: '0.1' },
          { key: '', value: '' },
        ],
      },
      'id',
    );
    assert.deepEqual(request.parameters, { rate: '0.1' });
    assert.equal(request.command, 'python a.py');
  });

  it('makes an id of any name', () => {
    assert.equal(slugOf('  Café & Küche!! '), 'cafe-kuche');
    assert.equal(slugOf('***'), '');
    assert.ok(slugOf('x'.repeat(99)).length <= 63);
  });
});
