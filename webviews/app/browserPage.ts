/** What a panel needs in a page of the server alone; in VS Code none of it is loaded. */
export { createBrowserClient } from './browserChannel.ts';
export { applyBrowserTheme } from './browserTheme.ts';
export { createPageFrame } from './pageFrame.ts';
