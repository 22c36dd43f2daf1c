/**
 * `npm start`: the panels as they are now, the server on its defaults, and on
 * an empty one the examples with a first run. Options are those of
 * `flywheel serve`.
 */
import { readPortFile } from '../client/portFile.ts';
import { readConfig, readFlags } from '../server/config.ts';
import { describeStartError, serve } from '../server/main.ts';
import { addExamples } from './examples.ts';
import { freshPanels } from './freshPanels.ts';

const hint = `
In VS Code: install the extension (npm run package, then code --install-extension flywheel-*.vsix) and open a folder;
it finds this server by itself. Stop with Ctrl+C: running jobs go on and are found again at the next start.`;

async function start(): Promise<void> {
  freshPanels();
  const config = readConfig(readFlags(process.argv.slice(2)));
  await serve(config);
  const port = await readPortFile(config.dataFolder);
  if (port && process.env['FLYWHEEL_EXAMPLES'] !== '0') {
    const runId = await addExamples(port);
    if (runId) console.log(`A first training run is on its way: ${new URL(`/runs/${runId}`, port.url)}`);
  }
  console.log(hint);
}

try {
  await start();
} catch (error) {
  const line = describeStartError(error);
  if (line === null) throw error;
  console.error(line);
  process.exit(1);
}
