/** Which backend has the folder of a workspace: until now the one of its last start. */
export const workspaceFolders = `
ALTER TABLE workspaces ADD COLUMN folder_at TEXT;
UPDATE workspaces SET folder_at = backend;
`;
