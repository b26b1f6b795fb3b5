-- The days of a frozen worker as masks, bit 1 << day - 1: whole days, and parts of a day. What the quarter compares across bureaus.
ALTER TABLE frozen_worker ADD COLUMN whole_mask int4 NOT NULL DEFAULT 0, ADD COLUMN part_mask int4 NOT NULL DEFAULT 0;
UPDATE frozen_worker f SET whole_mask = d.whole, part_mask = d.part
FROM (SELECT project_code, month, worker_number,
        coalesce(bit_or(1 << split_part(entry, ':', 1)::int4 - 1) FILTER (WHERE split_part(entry, ':', 2)::int4 >= 100), 0) AS whole,
        coalesce(bit_or(1 << split_part(entry, ':', 1)::int4 - 1) FILTER (WHERE split_part(entry, ':', 2)::int4 < 100), 0) AS part
      FROM frozen_worker CROSS JOIN LATERAL unnest(string_to_array(nullif(days_text, ''), ' ')) AS entry GROUP BY project_code, month, worker_number) d
WHERE (f.project_code, f.month, f.worker_number) = (d.project_code, d.month, d.worker_number);
CREATE OR REPLACE VIEW sealed_worker AS
  SELECT f.* FROM frozen_worker f WHERE EXISTS (SELECT 1 FROM sealed_month m WHERE m.project_code = f.project_code AND m.month = f.month);
