import assert from 'node:assert/strict';
import { readPython } from '../../../extension/features/codeLens/pythonCode.ts';
import { readYaml } from '../../../extension/features/codeLens/yamlKeys.ts';

const named = (text: string) => readPython(text).parameters.map(({ names }) => names);

describe('where a Python file begins to run', () => {
  const cases: readonly (readonly [string, string, number | null])[] = [
    ['at its main block', 'import a\n\nif __name__ == "__main__":\n  a.b()\n', 10],
    ['at a main block that is written the other way round', "if '__main__' == __name__: pass\n", 0],
    ['at the top of a script', 'import a\nx = a.load()\nprint(x)\n', 0],
    ['nowhere in a module of definitions', 'import a\n\ndef b(c):\n  return a.d(c)\n', null],
    ['nowhere where nothing is called', 'x = 1\n', null],
    ['nowhere in an empty file', '', null],
    ['not where a text only looks like it', 's = """\nif __name__ == "__main__":\n    f()\n"""\n', null],
    ['not where a comment only looks like it', '# if __name__ == "__main__":\n#   f()\n', null],
  ];
  for (const [what, text, entry] of cases) it(what, () => assert.equal(readPython(text).entry, entry));
});

describe('parameters of a Python file', () => {
  it('are the options of argparse, by dest, with underscores, and as they are written', () => {
    assert.deepEqual(named('p.add_argument("--learning-rate", "-l", type=float, default=0.1)\n'), [
      ['learning_rate', 'learning-rate'],
    ]);
    assert.deepEqual(named("p.add_argument('-h', '--hidden', dest='units')\n"), [['units', 'hidden']]);
    assert.deepEqual(named("p.add_argument('file')\n"), [['file']]);
    assert.deepEqual(named("p.add_argument('-v')\np.add_argument(flag)\n"), []);
  });

  it('are the options of click, by the name that the function gets', () => {
    const text =
      '@click.command()\n@click.option("--rate", "lr", default=1)\n@click.option("--log/--no-log")\ndef f(lr, log): pass\n';
    assert.deepEqual(named(text), [['lr', 'rate'], ['log']]);
  });

  it('are the defaults of functions that the file itself calls, and of main and train', () => {
    const text =
      'def go(a, b=1, *, c: int = 2):\n  pass\ndef helper(d=3):\n  pass\ndef train(e=4):\n  pass\nif __name__ == "__main__":\n  go(5)\n';
    assert.deepEqual(named(text), [['b'], ['c'], ['e']]);
  });

  it('are what is logged by a literal name', () => {
    assert.deepEqual(
      named('mlflow.log_param("depth", d)\nmlflow.log_param(key="k", value=1)\nmlflow.log_param(x, 1)\n'),
      [['depth'], ['k']],
    );
  });

  it('stand where their name stands, also in text that is half typed', () => {
    const text = 'p.add_argument("--rate", type=flo\np.add_argument("--depth")\n';
    const places = readPython(text).parameters.map(({ from, to }) => text.slice(from, to));
    assert.ok(places.includes('"--rate"'));
  });

  it('are read in a moment from a long file, and not at all from one that nobody wrote', () => {
    const long = 'p.add_argument("--rate", default=(1, [2, {3: 4}]))\n'.repeat(10_000);
    const began = performance.now();
    assert.equal(readPython(long).parameters.length, 10_000);
    assert.ok(performance.now() - began < 10_000);
    assert.deepEqual(readPython('f()\n'.repeat(300_000)), { entry: null, parameters: [] });
    assert.deepEqual(readPython('('.repeat(50_000)).parameters, []);
  });
});

describe('keys of a YAML file', () => {
  const keys = (text: string) => readYaml(text).map(({ names, from, to }) => [...names, text.slice(from, to)]);

  it('are those that hold one value, by their path', () => {
    assert.deepEqual(keys('model:\n  hidden: 24 # units\n  "lr": {a: 1}\nname: \'z\'\n'), [
      ['model.hidden', 'model/hidden', 'hidden', 'hidden'],
      ['model.lr.a', 'model/lr/a', 'a', 'a'],
      ['name', 'name'],
    ]);
  });

  it('are not those inside lists, and none in what is no mapping', () => {
    assert.deepEqual(keys('list:\n  - x: 1\n  - y: 2\n'), []);
    assert.deepEqual(keys('- 1\n- 2\n'), []);
    assert.deepEqual(keys(''), []);
    assert.deepEqual(keys('a: [1, 2\nb'), []);
  });
});
