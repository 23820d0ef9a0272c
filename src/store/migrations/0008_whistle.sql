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

-- Open tickets that nobody owns: few at any time, and to be found every evening.
CREATE INDEX ticket_ownerless ON ticket (no) WHERE open = 1 AND owner IS NULL;
