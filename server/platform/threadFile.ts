/** Where the code of a thread is: the source beside the file that starts it, or the bundle beside the bundled server. */
import { extname } from 'node:path';

export function threadFile(startedBy: string, name: string): URL {
  return new URL(`./${name}${extname(new URL(startedBy).pathname)}`, startedBy);
}
