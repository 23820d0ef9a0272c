-- 网格经费: the books of a grid and year are the fold of their history, kept for quick questions. waiting counts the
-- entries that wait for somebody's word.
CREATE TABLE fund (
    grid    INTEGER NOT NULL,
    year    INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (grid, year)
) STRICT, WITHOUT ROWID;
CREATE INDEX fund_waiting ON fund (year, grid) WHERE waiting > 0;

-- In whose books an entry stands; numbers run over all of them.
CREATE TABLE expense (
    id   INTEGER PRIMARY KEY,
    grid INTEGER NOT NULL,
    year INTEGER NOT NULL
) STRICT;

-- 巡查: who goes where, few at any time.
ALTER TABLE ticket ADD COLUMN patroller INTEGER;
CREATE INDEX ticket_patrol ON ticket (patroller, no) WHERE open = 1 AND patroller IS NOT NULL;

-- 项目: the fold of its history, kept for quick questions.
CREATE TABLE project (
    id        INTEGER PRIMARY KEY,
    community INTEGER NOT NULL,
    body      TEXT    NOT NULL
) STRICT;
CREATE INDEX project_community ON project (community, id);
