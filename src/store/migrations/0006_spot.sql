-- The index of places in two, so that the search for the same matter behind a door goes straight to it, however many
-- tickets there are in the building: those of a door, by door, and those of none, newest last.
DROP INDEX ticket_place;
CREATE INDEX ticket_door ON ticket (estate, building, subcategory, room, unit)
    WHERE open = 1 AND estate IS NOT NULL AND room IS NOT NULL;
CREATE INDEX ticket_spot ON ticket (estate, building, subcategory, no, unit)
    WHERE open = 1 AND estate IS NOT NULL AND room IS NULL;
