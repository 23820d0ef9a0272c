-- A timer that is set anew replaces the one before: it has to be found by what it is about.
CREATE INDEX timer_subject ON timer (kind, subject);
