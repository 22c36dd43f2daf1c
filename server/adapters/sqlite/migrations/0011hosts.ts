/** Hosts that take no new runs. What a host is stands in the catalog. */
export const drainedHosts = `
CREATE TABLE drained_hosts (host_id TEXT PRIMARY KEY, at REAL NOT NULL, by_name TEXT NOT NULL) WITHOUT ROWID;
`;
