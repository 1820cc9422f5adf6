-- Up Migration

-- What training sets stand on does not expire (layers/retention/postgres/standing.ts)
GRANT SELECT ON epochs TO orrery_background;

-- The files of datasets go when an entity of theirs is erased; one that names it in its selection goes as a whole.
ALTER TABLE training_datasets DROP CONSTRAINT training_datasets_status_check,
  ADD CONSTRAINT training_datasets_status_check CHECK (status IN ('waiting', 'running', 'done', 'failed', 'erased'));
GRANT DELETE ON training_datasets TO orrery_background;

-- Down Migration

REVOKE DELETE ON training_datasets FROM orrery_background;
DELETE FROM training_datasets WHERE status = 'erased';
ALTER TABLE training_datasets DROP CONSTRAINT training_datasets_status_check,
  ADD CONSTRAINT training_datasets_status_check CHECK (status IN ('waiting', 'running', 'done', 'failed'));
REVOKE SELECT ON epochs FROM orrery_background;
