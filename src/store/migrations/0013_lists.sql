-- 服务清单、资源清单: the fold of its history, kept for quick questions. What was withdrawn stays, and matches nothing.
CREATE TABLE listing (
    id        INTEGER PRIMARY KEY,
    community INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    body      TEXT    NOT NULL
) STRICT;
CREATE INDEX listing_community ON listing (community, id);
