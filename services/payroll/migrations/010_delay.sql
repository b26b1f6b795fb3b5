-- The days from the end of a month of work to payment, each held by one. A day belongs to the stage that ended on it or is still open.
ALTER TABLE sealed_month ADD COLUMN sealed_date date;

CREATE FUNCTION last_day_of(month text) RETURNS date LANGUAGE sql IMMUTABLE AS
$$SELECT ((month || '-01')::date + interval '1 month' - interval '1 day')::date$$;

-- Money of a project's wage accounts that was not ordered away at the end of a day; NULL: it has no account.
CREATE FUNCTION free_money_on(the_project text, the_day date) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT coalesce(sum(CASE WHEN p.debit_account = 'WAGE_ACCOUNT' THEN p.amount_fen WHEN p.credit_account = 'WAGE_ACCOUNT' THEN -p.amount_fen ELSE 0 END
    + CASE WHEN p.credit_account = 'IN_TRANSIT' THEN -p.amount_fen WHEN p.debit_account = 'IN_TRANSIT' THEN p.amount_fen ELSE 0 END), 0)::int8
  FROM wage_account a LEFT JOIN posting p ON p.project_code = a.project_code AND p.wage_account_code = a.wage_account_code AND p.posted_date <= the_day
  WHERE a.project_code = the_project AND a.opened_date <= the_day HAVING count(*) > 0$$;

CREATE FUNCTION delay_days(the_project text, the_sheet text, as_of date) RETURNS TABLE (held_on date, delay_stage text) LANGUAGE sql STABLE AS $$
WITH sheet AS MATERIALIZED (
  SELECT s.*,
    CASE WHEN s.confirmed_count = s.line_count THEN (SELECT max(l.confirmed_date) FROM wage_line l WHERE l.project_code = s.project_code
      AND l.sheet_code = s.sheet_code) END AS confirmed_on,
    (SELECT max(r.reviewed_date) FROM sheet_review r WHERE r.project_code = s.project_code AND r.sheet_code = s.sheet_code
      AND (s.approved_date IS NULL OR r.reviewed_date <= s.approved_date)) AS reviewed_on,
    (SELECT min(o.ordered_date) FROM payment_order o WHERE o.project_code = s.project_code AND o.sheet_code = s.sheet_code) AS ordered_on
  FROM wage_sheet s WHERE s.project_code = the_project AND s.sheet_code = the_sheet
)
SELECT d::date, CASE
    WHEN d <= s.drawn_date THEN 'SITE'
    WHEN s.confirmed_on IS NULL OR d <= s.confirmed_on THEN 'WORKER_CONFIRMATION'
    WHEN d <= s.reviewed_on THEN 'SUPERVISOR'
    WHEN s.approved_date IS NULL OR d <= s.approved_date THEN 'OWNER_CHECK'
    WHEN s.publicity_end_date IS NULL OR d <= s.publicity_end_date THEN 'PUBLICITY'
    WHEN s.ordered_on IS NULL OR d <= s.ordered_on THEN CASE
      WHEN pay_policy_on('FUND_CHECK', d::date) > 0 AND coalesce(free_money_on(the_project, d::date - 1) < s.net_fen,
        pay_policy_on('FUND_CHECK', d::date) = 2) THEN 'FUND' ELSE 'ORDERING' END
    WHEN EXISTS (SELECT 1 FROM payment_order o WHERE o.project_code = the_project AND o.sheet_code = the_sheet AND o.ordered_date < d
      AND d <= coalesce(o.answered_date, d)) THEN 'BANK' ELSE 'RETRY' END
FROM sheet s, generate_series(last_day_of(s.month) + 1, least(coalesce(s.settled_date, as_of), as_of), interval '1 day') d
$$;

-- Whose it is to end a stage.
CREATE FUNCTION responsible_for(stage text, the_project text, the_sheet text) RETURNS text LANGUAGE sql STABLE AS
$$SELECT CASE WHEN stage = 'BANK' THEN (SELECT max(o.bank_unit_id) FROM payment_order o WHERE o.project_code = the_project AND o.sheet_code = the_sheet)
    ELSE (SELECT min(p.unit_id) FROM project_party p WHERE p.project_code = the_project AND p.relation = CASE
      WHEN stage IN ('SITE', 'WORKER_CONFIRMATION', 'RETRY') THEN 'CONTRACTOR' WHEN stage = 'SUPERVISOR' THEN 'SUPERVISOR' ELSE 'OWNER' END) END$$;

-- One row a sheet: its days by stage.
CREATE FUNCTION sheet_delay(the_project text, the_sheet text, as_of date)
RETURNS TABLE (total_days int4, late_days int4, site_days int4, confirmation_days int4, supervisor_days int4, owner_days int4, publicity_days int4,
  fund_days int4, ordering_days int4, bank_days int4, retry_days int4, slowest_stage text) LANGUAGE sql STABLE AS
$$SELECT count(*)::int4, count(*) FILTER (WHERE d.held_on > (SELECT s.due_date FROM wage_sheet s WHERE s.project_code = the_project
      AND s.sheet_code = the_sheet))::int4,
    count(*) FILTER (WHERE d.delay_stage = 'SITE')::int4, count(*) FILTER (WHERE d.delay_stage = 'WORKER_CONFIRMATION')::int4,
    count(*) FILTER (WHERE d.delay_stage = 'SUPERVISOR')::int4, count(*) FILTER (WHERE d.delay_stage = 'OWNER_CHECK')::int4,
    count(*) FILTER (WHERE d.delay_stage = 'PUBLICITY')::int4, count(*) FILTER (WHERE d.delay_stage = 'FUND')::int4,
    count(*) FILTER (WHERE d.delay_stage = 'ORDERING')::int4, count(*) FILTER (WHERE d.delay_stage = 'BANK')::int4,
    count(*) FILTER (WHERE d.delay_stage = 'RETRY')::int4, mode() WITHIN GROUP (ORDER BY d.delay_stage)
  FROM delay_days(the_project, the_sheet, as_of) d$$;

-- Lines of a project whose day of payment has passed and who were not paid by the day asked for.
CREATE FUNCTION arrears_on(the_project text, as_of date)
RETURNS TABLE (sheet_code text, month text, due_date date, worker_number int8, worker_name text, id_number_mask text, owed_fen int8) LANGUAGE sql STABLE AS
$$SELECT s.sheet_code, s.month, s.due_date, l.worker_number, l.worker_name, l.id_number_mask, l.net_fen
  FROM wage_sheet s JOIN wage_line l ON l.project_code = s.project_code AND l.sheet_code = s.sheet_code
  WHERE s.project_code = the_project AND s.due_date < as_of AND s.sheet_state NOT IN ('VOID', 'REOPENED') AND (s.settled_date IS NULL OR s.settled_date > as_of)
    AND l.line_state <> 'SUPERSEDED' AND (l.paid_date IS NULL OR l.paid_date > as_of)$$;
