-- LineObjected -> Nothing
SELECT FROM complaint_of_objection(:project_code, 'sheet|' || :sheet_code || '|' || :objection_number, '工资表 ' || :sheet_code || ' 工号 ' || :worker_number
  || '：' || :objection_reason, coalesce(:raised_date, :call.today))
