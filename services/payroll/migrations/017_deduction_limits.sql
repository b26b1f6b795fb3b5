-- What a lawful deduction may take of the gross at most, where the law names a share; NULL: it names none.
ALTER TABLE deduction_rule ADD COLUMN most_bp int4 CHECK (most_bp BETWEEN 1 AND 10000), ADD COLUMN most_note text;
UPDATE deduction_rule SET most_bp = 1200, most_note = '个人缴存比例不高于12%（住房公积金缴存规定）' WHERE deduction_kind = 'HOUSING_FUND';
UPDATE deduction_rule SET most_bp = 4500, most_note = '最高税率45%（个人所得税法）' WHERE deduction_kind = 'INCOME_TAX';
