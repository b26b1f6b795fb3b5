-- Who objected is kept sealed; what is shown of it is a mask.
ALTER TABLE notice_objection ADD objector_name_mask text, ADD objector_phone_mask text;
