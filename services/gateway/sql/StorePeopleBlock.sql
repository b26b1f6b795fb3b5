-- StorePeopleBlockRequest -> Nothing
-- Stands before the draft that is made of it; what no draft came of is swept with the next one.
INSERT INTO people_block (people_key, project_code, block_number, unit_id, quarter, people_count, worker_tokens, sexes, locals, priority_masks, trainees,
  safety_trained, skill_trained, first_whole_masks, second_whole_masks, third_whole_masks, first_part_masks, second_part_masks, third_part_masks)
VALUES (:people_key, :project_code, :block_number, :unit_id, :quarter, cardinality(:people.worker_token), :people.worker_token, :people.sex,
  :people.is_local, :people.priority_mask, :people.is_trainee, :people.safety_trained, :people.skill_trained, :people.first_whole_mask,
  :people.second_whole_mask, :people.third_whole_mask, :people.first_part_mask, :people.second_part_mask, :people.third_part_mask)
