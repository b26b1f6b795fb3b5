-- ListLedgerDueRequest -> LedgerDuePage.rows[]
-- Rows of quarters so old that they may go if their project has been over as long, and which no open draw asks for.
SELECT b.ledger_key, b.project_code, b.unit_id, b.quarter, b.row_count, b.block_count, ledger_years(b.project_code, :call.today) AS kept_years,
  b.quarter || ' ' || encode(b.ledger_key, 'hex') || ' ' || b.project_code AS page_key
FROM (SELECT ledger_key, project_code, unit_id, quarter, sum(row_count)::int4 AS row_count, count(*)::int4 AS block_count
      FROM ledger_block
      WHERE quarter < (extract(year FROM :call.today)::int4 - 2) || 'Q'
        AND (quarter, ledger_key, project_code) > (coalesce(split_part(:page_token, ' ', 1), ''), decode(coalesce(split_part(:page_token, ' ', 2), ''), 'hex'),
                                                   coalesce(split_part(:page_token, ' ', 3), ''))
      GROUP BY ledger_key, project_code, unit_id, quarter) b
WHERE quarter_last_day(b.quarter) + make_interval(years => ledger_years(b.project_code, :call.today)) < :call.today AND NOT ledger_is_drawn(b.ledger_key)
ORDER BY b.quarter, b.ledger_key, b.project_code LIMIT :call.limit
