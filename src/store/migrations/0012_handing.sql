-- A timer of this kind that is set anew replaces the one before: it has to be found by what it is about.
CREATE INDEX timer_handing ON timer (subject) WHERE kind = 'handing';

-- As in migration 10, without reading the document at every change of a ticket.
DROP INDEX ticket_unverified;
ALTER TABLE ticket ADD COLUMN unverified INTEGER NOT NULL DEFAULT 0;
UPDATE ticket SET unverified = 1 WHERE open = 1 AND json_extract(body, '$.state') = 'pending_verify';
CREATE INDEX ticket_unverified ON ticket (due_at, no) WHERE unverified = 1;
