/** First layout. Never edited after a release: a change of layout is a new migration. */
export const initialTables = `
-- One row per step ever started. 'consumed' holds the artifact digests its inputs had.
CREATE TABLE steps (
  key TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  stage TEXT NOT NULL,
  title TEXT NOT NULL,
  params TEXT NOT NULL,
  inputs TEXT NOT NULL,
  backend TEXT NOT NULL,
  consumed TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed', 'interrupted')),
  artifact TEXT,
  attempt INTEGER NOT NULL,
  computed INTEGER NOT NULL DEFAULT 0,
  cost_tokens INTEGER NOT NULL,
  tokens INTEGER,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  duration_ms INTEGER,
  error TEXT,
  CHECK ((status = 'done') = (artifact IS NOT NULL))
) STRICT;
CREATE INDEX steps_by_name ON steps (name, title);

-- One row per finished item (a completion, a transcript) of a step.
CREATE TABLE items (
  step_key TEXT NOT NULL,
  item_index INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (step_key, item_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE metrics (
  step_key TEXT NOT NULL,
  name TEXT NOT NULL,
  train_step INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (step_key, name, train_step)
) STRICT, WITHOUT ROWID;

-- Narrow rows for listings; the transcript of a sample is read only when it is opened.
CREATE TABLE samples (
  id INTEGER PRIMARY KEY,
  step_key TEXT NOT NULL,
  probe_id TEXT NOT NULL,
  cluster TEXT NOT NULL,
  draw INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('scored', 'unscored')),
  reason TEXT,
  classification TEXT,
  scores TEXT NOT NULL,
  preview TEXT NOT NULL,
  UNIQUE (step_key, probe_id, draw),
  CHECK ((status = 'unscored') = (reason IS NOT NULL))
) STRICT;
CREATE INDEX samples_by_class ON samples (step_key, status, classification);

CREATE TABLE transcripts (
  sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
  json_gz BLOB NOT NULL
) STRICT;

CREATE TABLE studies (
  id TEXT PRIMARY KEY,
  spec TEXT NOT NULL,
  spec_digest TEXT NOT NULL,
  created_at TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('new', 'running', 'finished', 'failed', 'interrupted'))
) STRICT;

-- Which steps a study needs, and for which arms; a shared step has a row per arm.
CREATE TABLE study_steps (
  study TEXT NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  step_key TEXT NOT NULL,
  arm TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  name TEXT NOT NULL,
  stage TEXT NOT NULL,
  title TEXT NOT NULL,
  cost_tokens INTEGER NOT NULL,
  PRIMARY KEY (study, step_key, arm)
) STRICT, WITHOUT ROWID;

CREATE TABLE locks (
  study TEXT PRIMARY KEY,
  token TEXT NOT NULL,
  pid INTEGER NOT NULL,
  host TEXT NOT NULL,
  command TEXT NOT NULL,
  since TEXT NOT NULL,
  heartbeat_at TEXT NOT NULL
) STRICT;

CREATE TABLE events (
  study TEXT NOT NULL,
  seq INTEGER NOT NULL,
  time TEXT NOT NULL,
  type TEXT NOT NULL,
  data TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (study, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
`;
