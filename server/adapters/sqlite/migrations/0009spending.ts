/** What was spent since a day is found without reading what ended before. */
export const spending = `
CREATE INDEX launched_by_end ON runs (ended_at, started_at) WHERE launched = 1 AND started_at IS NOT NULL;
`;
