-- RecordAttendanceBatchRequest -> RecordAttendanceBatchReply
SELECT refusal, refusal_path, refusal_detail
FROM attendance_refusals(:project_code, :lines.worker_number, :lines.work_date, :lines.day_hundredths, :call.today, true)
