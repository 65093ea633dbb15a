-- How long an app's telemetry is kept (JSON; missing members are the defaults), and questions that people keep.
ALTER TABLE apps ADD COLUMN retention TEXT NOT NULL DEFAULT '{}';

CREATE TABLE saved_queries (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  description TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  UNIQUE (organization_id, name)
);
