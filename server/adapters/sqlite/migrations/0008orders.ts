/**
 * The runs of an experiment in the orders that tables are scrolled in most. All
 * that decides which runs a page has is in the index itself, so that a page far
 * behind the first reads nothing else.
 */
export const orders = `
DROP INDEX runs_of_experiment;
CREATE INDEX runs_by_start ON runs (experiment_id, started_at, created_at, id DESC, deleted_at);
CREATE INDEX runs_by_end ON runs (experiment_id, ended_at, created_at, id DESC, deleted_at);
CREATE INDEX runs_by_duration ON runs (experiment_id, (ended_at - started_at), created_at, id DESC, deleted_at);
CREATE INDEX runs_by_name ON runs (experiment_id, name, created_at, id DESC, deleted_at);
CREATE INDEX runs_of_experiment ON runs (experiment_id, created_at, id DESC, deleted_at);
`;
