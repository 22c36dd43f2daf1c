/** How the token of a workspace's tool is told from others by its id. */
const prefix = 'workspace-';

export function workspaceTokenId(workspaceId: string): string {
  return `${prefix}${workspaceId}`;
}

export function isWorkspaceToken(tokenId: string | null): boolean {
  return tokenId?.startsWith(prefix) ?? false;
}
