-- RevealObjectorRequest -> RevealedObjector
-- The journal keeps who asked and why; what goes into it stays sealed.
SELECT o.project_code, o.notice_code, o.objection_number, o.objector_name, o.objector_phone FROM notice_objection o
WHERE o.project_code = :project_code AND o.notice_code = :notice_code AND o.objection_number = :objection_number AND :reveal_reason IS NOT NULL
