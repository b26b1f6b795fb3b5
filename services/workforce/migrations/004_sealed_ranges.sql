-- RecordAttendance is one look at the agreement, one at the project and one at the worker's day: what of the project is sealed stands in
-- its own row (a copy of sealed_month, written with it). A CHECK of attendance would be parsed anew by every statement; its three
-- statements hold 1..100 themselves.
ALTER TABLE project ADD COLUMN sealed datemultirange NOT NULL DEFAULT '{}';
UPDATE project p SET sealed = s.sealed
FROM (SELECT project_code, range_agg(daterange(first_date, last_date, '[]')) AS sealed FROM sealed_month GROUP BY project_code) s
WHERE s.project_code = p.project_code;
ALTER TABLE attendance DROP CONSTRAINT attendance_part_of_day;
