-- 吹哨: a whistle's row is the fold of its history, as a ticket's is.
CREATE TABLE whistle (
    id     INTEGER PRIMARY KEY,
    ticket INTEGER NOT NULL,
    state  TEXT    NOT NULL,
    body   TEXT    NOT NULL
) STRICT;
CREATE INDEX whistle_ticket ON whistle (ticket, id);

-- A line that takes the place of an unsaid one on the same matter.
ALTER TABLE outbox ADD COLUMN topic TEXT;
