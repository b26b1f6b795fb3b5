-- GetRectificationNoticeRequest -> RectificationNotice
WITH told AS (
  SELECT f.*, x.finding_severity, x.class_code AS class, x.class_title, x.english_title, x.basis_note, x.duty_note, x.fine_low_fen, x.fine_high_fen,
    x.stops_work, x.overdue_days, x.escalation_level, p.project_name, coalesce(u.unit_name, f.responsible_unit_id) AS unit_name,
    (f.involved_fen - f.recovered_fen) AS outstanding_fen
  FROM finding f JOIN project p USING (project_code) LEFT JOIN unit u ON u.unit_id = f.responsible_unit_id
  CROSS JOIN LATERAL finding_facts(f.finding_kind, f.class_code, f.finding_state, f.found_date, f.due_date, :call.today) x
  WHERE f.project_code = :project_code AND f.finding_code = :finding_code
)
SELECT finding_code, project_code, project_name, responsible_unit_id, unit_name AS responsible_unit_name, finding_severity, class AS class_code, due_date,
  basis_note, duty_note, involved_fen, recovered_fen, outstanding_fen, fine_low_fen, fine_high_fen, stops_work, overdue_days, escalation_level,
  '整改通知书（' || finding_code || '）' || chr(10) || coalesce(unit_name, '该项目各参建单位') || '：' || chr(10)
    || found_date || '对' || project_name || '（' || project_code || '）检查，发现：' || finding_note || '。' || chr(10)
    || CASE WHEN involved_fen > 0 THEN '涉及金额' || fen_text(involved_fen) || '元，已追回' || fen_text(recovered_fen) || '元，尚欠'
      || fen_text(outstanding_fen) || '元。' || chr(10) ELSE '' END
    || '性质：' || class_title || '。' || chr(10) || '整改要求：' || duty_note || '。' || chr(10) || '整改期限：' || due_date || '前。' || chr(10) || '依据：' || basis_note || '。'
    || CASE WHEN fine_low_fen IS NOT NULL THEN chr(10) || '逾期不改的，可处' || fen_text(fine_low_fen) || '元以上' || fen_text(fine_high_fen) || '元以下罚款'
      || CASE WHEN stops_work THEN '，并责令停工' ELSE '' END || '。' ELSE '' END AS notice_text,
  'Notice of rectification ' || finding_code || ', project ' || project_code || ', to ' || coalesce(responsible_unit_id, 'all parties') || ': '
    || english_title || '. To be put right by ' || due_date || '.' || CASE WHEN involved_fen > 0 THEN ' Money involved: ' || fen_text(involved_fen)
    || ' yuan, outstanding ' || fen_text(outstanding_fen) || ' yuan.' ELSE '' END AS english_text
FROM told
