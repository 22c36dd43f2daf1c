/** `npm start`, with what was compiled before. */
import '../cli/compileCache.mjs';

await import('./start.ts');
