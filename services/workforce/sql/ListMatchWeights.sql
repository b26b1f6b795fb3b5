-- ListMatchWeightsRequest -> MatchWeightsReply.rows[]
SELECT DISTINCT ON (match_factor, grade) match_factor, grade, points, valid_from AS valid_from_date, source_note FROM match_weight
WHERE valid_from <= coalesce(:at_date::date, :call.today)
ORDER BY match_factor, grade, valid_from DESC
