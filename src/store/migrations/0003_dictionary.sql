-- The dictionaries as admins change them. The shipped files are version 0 and are not stored.

CREATE TABLE dictionary_version (
    no    INTEGER PRIMARY KEY,
    body  TEXT NOT NULL,
    edits TEXT NOT NULL
) STRICT;

-- One row: the draft and the revision it is at. edits is NULL when there is no draft.
CREATE TABLE dictionary_draft (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL,
    touched  TEXT,
    edits    TEXT
) STRICT;
INSERT INTO dictionary_draft (id, revision) VALUES (1, 0);

-- Sentences of this office that must stay right, beside the shipped ones.
CREATE TABLE golden (
    text TEXT PRIMARY KEY,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What handlers said that tickets really are.
CREATE TABLE correction (
    ticket INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    body   TEXT    NOT NULL
) STRICT;

-- Names that residents used and nobody knows.
CREATE TABLE unknown_place (
    name      TEXT    PRIMARY KEY,
    seen      INTEGER NOT NULL,
    ticket    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    dismissed INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
