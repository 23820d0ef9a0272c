-- The console: who may sign in, who is signed in, who tried in vain, and which rows of the history the audit shows.

CREATE TABLE account (
    id          INTEGER PRIMARY KEY,
    name        TEXT    NOT NULL UNIQUE,
    post        TEXT    NOT NULL,
    password    TEXT    NOT NULL,
    disabled    INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    password_at INTEGER NOT NULL,
    login_at    INTEGER
) STRICT;

-- The hash of what the browser holds, never the thing itself.
CREATE TABLE session (
    hash     BLOB    PRIMARY KEY,
    account  INTEGER NOT NULL,
    began_at INTEGER NOT NULL,
    seen_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account);

-- Tries not known to be right, by the hash of a name or of an address: people type passwords where names belong.
CREATE TABLE login_try (
    key   BLOB    PRIMARY KEY,
    count INTEGER NOT NULL,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Rows of the history that the audit shows: few among very many.
CREATE TABLE audited (
    seq INTEGER PRIMARY KEY
) STRICT;
