-- FreezeWorkersRequest -> SealingSize
-- Of a month that may be sealed: whose agreements run in it; of a barred one also its entries.
SELECT (SELECT count(*) FROM agreement a WHERE a.project_code = :project_code AND a.start_date < ((:month || '-01')::date + interval '1 month')::date
          AND a.end_date >= (:month || '-01')::date)::int4 AS agreement_count,
       (SELECT count(*) FROM attendance t JOIN sealing_month s USING (project_code)
        WHERE t.project_code = :project_code AND s.month = :month AND t.work_date BETWEEN s.first_date AND s.last_date)::int4 AS entry_count
