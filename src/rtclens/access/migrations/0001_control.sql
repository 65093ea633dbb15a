-- Control data. Portable SQL: runs on SQLite and PostgreSQL. Times are milliseconds since the epoch.
CREATE TABLE organizations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
  password_hash TEXT,
  created_at BIGINT NOT NULL
);

CREATE TABLE apps (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  api_key TEXT NOT NULL UNIQUE,
  server_key_hash TEXT NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0,
  domains TEXT NOT NULL DEFAULT '[]',
  stats_interval_ms INTEGER,
  created_at BIGINT NOT NULL
);

CREATE TABLE app_aliases (
  alias TEXT PRIMARY KEY,
  app_id TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE
);

CREATE TABLE app_jwt_keys (
  id TEXT PRIMARY KEY,
  app_id TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  algorithm TEXT NOT NULL,
  secret TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  app_id TEXT REFERENCES apps (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  hint TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  last_used_at BIGINT
);

CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  signed_in_at BIGINT NOT NULL,
  issued_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  replaced INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE sign_in_links (
  hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  expires_at BIGINT NOT NULL
);

CREATE INDEX users_by_organization ON users (organization_id);
CREATE INDEX apps_by_organization ON apps (organization_id);
CREATE INDEX aliases_by_app ON app_aliases (app_id);
CREATE INDEX jwt_keys_by_app ON app_jwt_keys (app_id);
CREATE INDEX tokens_by_organization ON tokens (organization_id);
CREATE INDEX sessions_by_user ON sessions (user_id);
