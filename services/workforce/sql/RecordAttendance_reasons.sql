-- RecordAttendanceRequest -> RecordAttendanceReply
SELECT refusal, refusal_path, refusal_detail
FROM attendance_refusals(:project_code, ARRAY[:worker_number], ARRAY[:work_date::date], ARRAY[:day_hundredths], :call.today, false)
