/**
 * Metric points as column segments. A segment begins with its first point, by
 * which it is found; no two of a series overlap. What is not yet worth a
 * segment lies in the tail, a row a point, after the last segment.
 */
export const segmentTables = `
CREATE TABLE segments (
  id INTEGER PRIMARY KEY, series INTEGER NOT NULL,
  step REAL NOT NULL, timestamp REAL NOT NULL, nan INTEGER NOT NULL, value NOT NULL,
  last_step REAL NOT NULL, last_timestamp REAL NOT NULL, last_nan INTEGER NOT NULL, last_value NOT NULL,
  n INTEGER NOT NULL, low, low_step REAL, low_timestamp REAL, high, high_step REAL, high_timestamp REAL,
  codec INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE UNIQUE INDEX segments_of_series ON segments (series, step, timestamp, nan, value);

CREATE TABLE tail (
  series INTEGER NOT NULL, step REAL NOT NULL, timestamp REAL NOT NULL, nan INTEGER NOT NULL, value NOT NULL,
  PRIMARY KEY (series, step, timestamp, nan, value)
) WITHOUT ROWID;

-- Where the extremes are and what came first; how many points are not in a full segment yet, and in the tail.
ALTER TABLE series ADD COLUMN low_step REAL;
ALTER TABLE series ADD COLUMN high_step REAL;
ALTER TABLE series ADD COLUMN first;
ALTER TABLE series ADD COLUMN first_step REAL;
ALTER TABLE series ADD COLUMN first_timestamp REAL;
ALTER TABLE series ADD COLUMN loose INTEGER NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN tail INTEGER NOT NULL DEFAULT 0;
CREATE INDEX series_by_low ON series (name, low, run);
CREATE INDEX series_by_high ON series (name, high, run);
CREATE INDEX series_with_tail ON series (id) WHERE tail >= 16;
`;
