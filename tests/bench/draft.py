"""The whole of a unit's draft at size: lines, people and the tree over the ledger rows beneath, made of nothing, again, and when one project changed."""
import statistics
import time

# The sheets of the months that tests/bench/figures.py seals: a line a worker and month, half of them paid; and the projects where the other services know them.
PAID = """
SET search_path = payroll;
INSERT INTO project (project_code, project_name, bureau_unit_id, project_state)
  SELECT project_code, project_name, bureau_unit_id, project_state FROM workforce.project;
INSERT INTO wage_line (project_code, sheet_code, worker_number, line_number, line_state, worker_name, id_number_mask, agreement_code, employment_kind, pay_class,
    pay_unit, rate_fen, day_hundredths, gross_fen, net_fen)
  SELECT project_code, project_code || '-' || month || '-1', worker_number, row_number() OVER (PARTITION BY project_code, month ORDER BY worker_number),
    CASE month WHEN '{quarter_months[2]}' THEN 'CONFIRMED' ELSE 'PAID' END, '测试', '1402**********0000', agreement_code, employment_kind, employment_kind, 'DAY', 20000, day_hundredths,
    day_hundredths * 200, day_hundredths * 200 FROM workforce.frozen_worker;
INSERT INTO wage_sheet (project_code, sheet_code, sheet_version, month, sheet_state, line_count, paid_count, day_hundredths, gross_fen, net_fen, paid_fen,
    relief_gross_fen, relief_net_fen, attendance_digest, drawn_by, drawn_date, due_date)
  SELECT project_code, sheet_code, 1, substr(sheet_code, length(project_code) + 2, 7), CASE WHEN bool_and(line_state = 'PAID') THEN 'PAID' ELSE 'WORKER_CONFIRMED' END,
    count(*), count(*) FILTER (WHERE line_state = 'PAID'), sum(day_hundredths), sum(gross_fen), sum(net_fen),
    coalesce(sum(net_fen) FILTER (WHERE line_state = 'PAID'), 0), sum(gross_fen), sum(net_fen), '', 'bench', '2026-07-01', '2026-07-31'
  FROM wage_line GROUP BY project_code, sheet_code;
SET search_path = registry;
INSERT INTO unit (unit_id, unit_name, short_name, unit_kind, hosted, at_risk, active) VALUES ('{unit}', '区交通局', '交通局', 'BUREAU', true, false, true);
INSERT INTO catalogue VALUES (1, '国家发展改革委', '2024-01-01') ON CONFLICT DO NOTHING;
INSERT INTO project (project_code, project_name, bureau_unit_id, project_state, field, track, project_year, division_code, total_investment_fen,
    central_fen, planned_pay_fen, planned_workers, planned_trainees, content_note, investment_kind, benefit_channels, selection_features,
    village_construction, catalogue_version, award_date, start_date)
  SELECT project_code, project_name, bureau_unit_id, 'CONSTRUCTION', 'TRANSPORT', 'SPECIAL_FUND', 2026, '140214', 400000000, 300000000,
    120000000, 60, 40, '硬化村内道路', 'GOVERNMENT', '{{}}', '{{}}', false, 1, '2025-12-15', '2026-01-01' FROM workforce.project;
SET search_path = evaluation;
INSERT INTO project (project_code, project_name, bureau_unit_id, project_state)
  SELECT project_code, project_name, bureau_unit_id, project_state FROM workforce.project;
SET search_path = gateway;
INSERT INTO quarter (quarter, due_date, grace_days, quarter_state, opened_by, opened_at) VALUES ('{quarter}', '2026-07-20', 0, 'OPEN', 'bench', '2026-04-01');
INSERT INTO unit (unit_id, unit_name, unit_kind, is_member, active) VALUES ('{unit}', '区交通局', 'BUREAU', true, true);
INSERT INTO quarter_unit VALUES ('{quarter}', '{unit}', '区交通局');
"""
# What the sheets come to, from the lines themselves.
PLAIN_PAY = """SET search_path = payroll;
SELECT count(*), sum(due), sum(paid) FROM (
  SELECT l.project_code, sum(l.net_fen) AS due, sum(l.net_fen) FILTER (WHERE l.line_state = 'PAID') AS paid, count(*) AS lines
  FROM wage_line l JOIN wage_sheet s USING (project_code, sheet_code) JOIN project p USING (project_code)
  WHERE p.bureau_unit_id = '{unit}' AND s.month BETWEEN '{quarter_months[0]}' AND '{quarter_months[2]}' AND s.sheet_state <> 'VOID' AND l.line_state <> 'SUPERSEDED'
  GROUP BY l.project_code) x"""
SERVICES = ("registry", "workforce", "payroll", "evaluation", "gateway")


def _drafted(client, unit, quarter):
    """(seconds, the report)"""
    began = time.monotonic()
    reply = client.call("gateway.DraftReport", {"unit_id": unit, "quarter": quarter}, wait_ms=300_000, timeout_ms=300_000)
    if not reply.ok:
        raise RuntimeError(f"not drafted: {reply}")
    return time.monotonic() - began, reply.body


def _lines(bench, code):
    """All that was drafted, but for the report's own name."""
    return bench.sql(f"""SET search_path = gateway; SELECT l.line_number, md5((to_jsonb(l) - 'report_code')::text), encode(g.ledger_root, 'hex'), g.ledger_row_count,
      (SELECT md5(string_agg((to_jsonb(p) - 'report_code')::text, '' ORDER BY p.worker_token)) FROM report_people p
       WHERE p.report_code = l.report_code AND p.line_number = l.line_number)
      FROM report_line l JOIN report_ledger g USING (report_code, line_number) WHERE l.report_code = '{code}' ORDER BY 1""")


def draft_vs_sql(bench, rounds, seconds_of, figures):
    """The call DraftReport as a bureau's maker makes it, against plain SQL over the same days and lines. figures: tests/bench/figures.py."""
    names = {"unit": figures.UNIT, "quarter": figures.QUARTER, "quarter_months": ("2026-04", "2026-05", "2026-06")}
    bench.node.start("evaluation", "gateway")  # make their tables
    bench.node.stop(*SERVICES)
    bench.sql(PAID.format(**names))
    bench.quiet()
    key = bench.node.admit("bureau-maker", figures.UNIT, "MAKER", ("BUREAU",))
    bench.node.start(*SERVICES)
    first, same, changed, plain = [], [], [], []
    with bench.node.client("gateway", key) as client:
        for _ in range(rounds):
            plain.append(seconds_of(bench, figures.PLAIN_FIGURES)[0] + seconds_of(bench, PLAIN_PAY.format(**names))[0])
            bench.sql("DELETE FROM workforce.sealed_figure; DELETE FROM workforce.ledger_mark; DELETE FROM payroll.ledger_mark")
            took, made = _drafted(client, figures.UNIT, figures.QUARTER)
            first.append(took)
            took, again = _drafted(client, figures.UNIT, figures.QUARTER)
            same.append(took)
            bench.sql(figures.CHANGED)
            took, other = _drafted(client, figures.UNIT, figures.QUARTER)
            changed.append(took)
            bench.sql(figures.RESTORED)
            was, now, then = (_lines(bench, report["report_code"]) for report in (made, again, other))
            if was != now or sum(one != two for one, two in zip(was, then)) != 1 or len(was) != figures.PROJECTS:
                raise RuntimeError("a draft of kept parts is not the draft of nothing")
    peer = statistics.median(plain)
    bench.tell("draft_vs_sql", statistics.median(first), "s", statistics.median(first) / peer)
    bench.tell("draft_none_changed", statistics.median(same), "s", statistics.median(same) / peer)
    bench.tell("draft_one_changed", statistics.median(changed), "s", statistics.median(changed) / peer)
    bench.tell("draft_vs_sql_peer", peer, "s")
