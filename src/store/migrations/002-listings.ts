/**
 * What listings of samples filter and sort by becomes columns, and what models said becomes
 * searchable. Samples written before are filled from what the store has: audits from the parameters
 * of their steps, conditions from their committed rows, words from their previews. Plans keep what reads what.
 */
export const listings = `
ALTER TABLE samples ADD COLUMN audit TEXT;
ALTER TABLE samples ADD COLUMN condition TEXT;
-- Score of the behaviour under study, or of the only metric of an audit that scores none.
ALTER TABLE samples ADD COLUMN score REAL;

CREATE TEMP TABLE committed AS
  SELECT items.step_key, json_extract(items.value, '$.probeId') AS probe_id,
    json_extract(items.value, '$.draw') AS draw, json_extract(items.value, '$.condition') AS condition
  FROM items JOIN steps ON steps.key = items.step_key
  WHERE json_extract(steps.params, '$.audit') IS NOT NULL;
CREATE INDEX temp.committed_by_probe ON committed (step_key, probe_id, draw);
UPDATE samples SET
  audit = (SELECT json_extract(params, '$.audit') FROM steps WHERE key = samples.step_key),
  condition = (SELECT condition FROM committed WHERE committed.step_key = samples.step_key
    AND committed.probe_id = samples.probe_id AND committed.draw = samples.draw),
  score = (
    SELECT json_extract(metric.value, '$.value') FROM steps, json_each(samples.scores) AS metric
    WHERE steps.key = samples.step_key AND (
      metric.key = json_extract(steps.params, '$.behaviours[0]')
      OR metric.key NOT IN (SELECT value FROM json_each(steps.params, '$.behaviours')))
    LIMIT 1);
DROP TABLE committed;

-- Keys of the steps a planned step reads, so that steps that wait have their place in the flow.
ALTER TABLE study_steps ADD COLUMN inputs TEXT;
UPDATE study_steps SET inputs = (
  SELECT json_group_array(input.value) FROM steps, json_each(steps.inputs) AS input
  WHERE steps.key = study_steps.step_key);

-- Everything a listing counts and sorts by, so that it reads no whole rows.
CREATE INDEX samples_by_figures
  ON samples (step_key, condition, status, classification, score);

CREATE VIRTUAL TABLE sample_words USING fts5 (said, content = '', contentless_delete = 1);
INSERT INTO sample_words (rowid, said) SELECT id, preview FROM samples;
CREATE TRIGGER sample_words_follow_samples AFTER DELETE ON samples
BEGIN DELETE FROM sample_words WHERE rowid = old.id; END;
`;
