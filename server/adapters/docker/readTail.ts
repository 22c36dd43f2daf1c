/** The last lines of a job's output, for the reason of its end. */
import { type Engine, statusOf } from './engine.ts';
import { LogMessages } from './logMessages.ts';

const lines = 20;
const mostBytes = 16 * 1024;

export async function readTail(engine: Engine, container: string): Promise<string> {
  try {
    const answer = await engine.stream((docker) =>
      docker.getContainer(container).logs({ follow: false, stdout: true, stderr: true, timestamps: true, tail: lines }),
    );
    return new LogMessages(0).push(answer).subarray(-mostBytes).toString('utf8');
  } catch (error) {
    if (statusOf(error) === null) throw error;
    return '';
  }
}
