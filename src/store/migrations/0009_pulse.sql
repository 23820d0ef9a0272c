-- A report writes several pages; one row of a few bytes could still find room where nothing else does.
ALTER TABLE pulse ADD COLUMN weight BLOB;
