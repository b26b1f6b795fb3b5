-- RatioChecked -> Nothing
INSERT INTO followed_ratio (project_code, pay_basis, check_number, ratio_result, pay_fen, base_fen, floor_bp)
VALUES (:project_code, :pay_basis, :check_number, :ratio_result, coalesce(:pay_fen, 0), coalesce(:base_fen, 0), coalesce(:floor_bp, 0))
ON CONFLICT (project_code, pay_basis) DO UPDATE SET check_number = excluded.check_number, ratio_result = excluded.ratio_result,
  pay_fen = excluded.pay_fen, base_fen = excluded.base_fen, floor_bp = excluded.floor_bp
