-- GetYearDatasetRequest -> YearDataset
-- Gathered before the call; put into the reply behind it.
SELECT :report_year AS report_year
