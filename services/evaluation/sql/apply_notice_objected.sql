-- NoticeObjected -> Nothing
SELECT FROM complaint_of_objection(:project_code, 'notice|' || :notice_code || '|' || :objection_number, '公示 ' || :notice_code || coalesce(' ' || :line_note, '')
  || '：' || :objection_reason, coalesce(:raised_date, :call.today))
