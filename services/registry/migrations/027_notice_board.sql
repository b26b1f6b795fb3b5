-- A public table of fewer people than this shows neither rows nor sums: who knows the village knows who they are (PIPL art. 73).
INSERT INTO policy_parameter VALUES
  ('notice_small_cell', '', '2000-01-01', 5, '公示表不足此人数的不公开明细和合计；文件未规定，暂定，可由区里调整');
