-- ScanFraudRequest -> ScanGround
SELECT count(*)::int4 AS pending_count FROM sheet
WHERE change_number <> lines_number AND sheet_state NOT IN ('VOID', 'REOPENED')
  AND (month = :month OR month BETWEEN :scan_year || '-01' AND :scan_year || '-12')
