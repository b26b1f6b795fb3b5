-- When the newest of the parent's answers that came by file was made: the calendar of an older one is not taken over after it.
CREATE TABLE answer_cursor (
  one bool PRIMARY KEY DEFAULT true CHECK (one),
  made_at timestamptz NOT NULL
);
