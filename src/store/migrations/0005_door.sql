-- A ticket's place down to the door as columns, so that the search for the same matter reads only tickets that can be
-- it, however many there are in the building.
ALTER TABLE ticket ADD COLUMN unit TEXT;
ALTER TABLE ticket ADD COLUMN room TEXT;
UPDATE ticket SET unit = body ->> '$.place.unit', room = body ->> '$.place.room';
DROP INDEX ticket_place;
CREATE INDEX ticket_place ON ticket (estate, building, subcategory, no, unit, room)
    WHERE open = 1 AND estate IS NOT NULL;
