-- Whoever reads late may find a month open again, or sealed anew, when the event of its former seal comes by: then the rows are not those of
-- the event. The month counts as open and says why; what follows in the journal (the reopening, the next seal) puts it right.
ALTER TABLE sealed_month ADD COLUMN rows_differ bool NOT NULL DEFAULT false;
ALTER TABLE sealed_month ADD CONSTRAINT sealed_month_differs CHECK (is_open OR NOT rows_differ);
