-- How long the ledger rows beneath a quarterly report are kept behind the project's completion.
INSERT INTO policy_parameter VALUES
  ('report_rows_years', '', '2020-05-01', 3, '工程完工后至少保存3年（保障农民工工资支付条例第十五条、第二十八条），可由区里延长');
