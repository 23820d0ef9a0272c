-- An index of the words in tickets, by ticket number. It holds no text to read, only where words stand; filled behind
-- the replies, and known to be filled up to a row of the history.
CREATE VIRTUAL TABLE ticket_words USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'unicode61');

CREATE TABLE search_mark (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    history INTEGER NOT NULL
) STRICT;
INSERT INTO search_mark (id, history) VALUES (1, 0);
