-- What waits for somebody's word, to be found whenever they open their list: few at any time.
CREATE INDEX ticket_unverified ON ticket (due_at, no) WHERE open = 1 AND json_extract(body, '$.state') = 'pending_verify';
CREATE INDEX whistle_requested ON whistle (id) WHERE state = 'whistle_requested';
