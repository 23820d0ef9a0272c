-- The first schema. Times are UTC milliseconds. A ticket's row is the fold of its history, kept for quick questions:
-- columns for what is asked, the rest as one JSON document.

CREATE TABLE person (
    id   INTEGER PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;

-- Who writes from which id. An id of its own, because a binding gives the same sender another person.
CREATE TABLE identity (
    id      INTEGER PRIMARY KEY,
    account TEXT    NOT NULL,
    sender  TEXT    NOT NULL,
    person  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX identity_sender ON identity (sender, account);
CREATE INDEX identity_person ON identity (person);

-- One row for each message answered or acted upon; what makes it exactly-once. Kept seven days.
CREATE TABLE delivery (
    identity    INTEGER NOT NULL,
    create_time INTEGER NOT NULL,
    id          TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    content     TEXT    NOT NULL,
    reply       TEXT    NOT NULL,
    PRIMARY KEY (identity, create_time, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticket (
    no          INTEGER PRIMARY KEY,
    reporter    INTEGER NOT NULL,
    owner       INTEGER,
    estate      INTEGER,
    building    TEXT,
    subcategory TEXT    NOT NULL,
    open        INTEGER NOT NULL,
    due_at      INTEGER,
    body        TEXT    NOT NULL
) STRICT;
CREATE INDEX ticket_reporter ON ticket (reporter, no);
CREATE INDEX ticket_owner ON ticket (owner, due_at) WHERE open = 1 AND owner IS NOT NULL;
CREATE INDEX ticket_place ON ticket (estate, building, subcategory, no) WHERE open = 1 AND estate IS NOT NULL;

-- What happened, in order, for ever. Each hash covers the row and the hash before it.
CREATE TABLE history (
    seq     INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    actor   INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    subject INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    hash    BLOB    NOT NULL
) STRICT;
CREATE INDEX history_subject ON history (subject, seq);
CREATE TRIGGER history_keeps_rows BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER history_keeps_words BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;

-- Lines outside an answer. via: 'gateway' leaves by the group gateway, 'reply' waits for the person's next message.
CREATE TABLE outbox (
    seq        INTEGER PRIMARY KEY,
    via        TEXT    NOT NULL,
    person     INTEGER,
    target     TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    said_at    INTEGER
) STRICT;
CREATE INDEX outbox_waiting ON outbox (person, seq) WHERE via = 'reply' AND said_at IS NULL;

-- The one open question of a person in a conversation; grp 0 is the private one.
CREATE TABLE dialogue (
    person   INTEGER NOT NULL,
    grp      INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (person, grp)
) STRICT, WITHOUT ROWID;

CREATE TABLE timer (
    id      INTEGER PRIMARY KEY,
    due_at  INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    subject INTEGER NOT NULL
) STRICT;
CREATE INDEX timer_due ON timer (due_at);

CREATE TABLE meeting (
    id        INTEGER PRIMARY KEY,
    community INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    state     TEXT    NOT NULL,
    body      TEXT    NOT NULL
) STRICT;
CREATE INDEX meeting_announced ON meeting (community, starts_at) WHERE state = 'announced';

CREATE TABLE rsvp (
    meeting INTEGER NOT NULL,
    person  INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (meeting, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE binding_code (
    code       TEXT    PRIMARY KEY,
    person     INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The organisation, whole, by version; the newest counts.
CREATE TABLE organisation (
    version     INTEGER PRIMARY KEY,
    imported_at INTEGER NOT NULL,
    body        TEXT    NOT NULL
) STRICT;

-- The names that organisation files use for people, so that an import finds them again.
CREATE TABLE person_key (
    key    TEXT    PRIMARY KEY,
    person INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What kind of data directory this is: 'serve' or 'demo'.
CREATE TABLE purpose (
    name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- One row, written to prove that the disk still takes writes.
CREATE TABLE pulse (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL
) STRICT;
