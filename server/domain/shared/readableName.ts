/** Names for runs that nobody named: easy to say, and rarely the same twice. Not identities. */
import { randomInt } from 'node:crypto';

const qualities = (
  'amber ample brave brisk calm candid clever coral crisp daring deft dusky eager early fair fleet gentle glad golden ' +
  'grand hardy honest humble ivory jolly keen kind lively lucid lunar mellow merry mild noble olive patient placid plucky ' +
  'proud quick quiet rapid royal rustic serene sharp silver sleek solar steady stoic sturdy sunny swift tidal tidy vivid ' +
  'warm willing wise witty young zesty'
).split(' ');

const things = (
  'acorn aspen badger basil beacon birch bison brook cedar comet condor coral crane creek cricket dolphin eagle ember ' +
  'falcon fern finch fjord fox gecko glacier grove harbor hare hawk heron ibex iris jay juniper kestrel lagoon lark lemur ' +
  'lichen lynx magpie maple marten meadow mesa moth newt orchid osprey otter owl panda pebble pine plover puffin quail ' +
  'quartz raven reef river robin salmon sparrow spruce swallow tern thistle tiger trout tulip walrus willow wren yak'
).split(' ');

export function readableName(): string {
  return `${pick(qualities)}-${pick(things)}-${randomInt(100, 1000)}`;
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? 'run';
}
