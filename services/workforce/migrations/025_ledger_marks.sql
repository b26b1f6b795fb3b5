-- A mark stands for what workforce says of a project's quarter by name and row: its sealed worker-months, who they are, and who was trained. A draft
-- asks for it (MarkLedgers); whatever changes one of these takes it away, and no mark is ever given twice. What was read under a mark that still
-- stands need not be read again.
CREATE TABLE ledger_mark (
  project_code text COLLATE "C" NOT NULL,
  quarter text NOT NULL,
  mark bytea NOT NULL, -- the call that gave it
  PRIMARY KEY (project_code, quarter)
);

CREATE FUNCTION unmark_sealed_month() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE gone record;
BEGIN
  gone := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  DELETE FROM ledger_mark m WHERE m.project_code = gone.project_code AND m.quarter = left(gone.month, 4) || 'Q' || (right(gone.month, 2)::int4 + 2) / 3;
  RETURN NULL;
END $$;
CREATE TRIGGER sealed_month_mark AFTER INSERT OR UPDATE OR DELETE ON sealed_month FOR EACH ROW EXECUTE FUNCTION unmark_sealed_month();

-- Wherever somebody under one of these numbers worked or was trained.
CREATE FUNCTION unmark_workers(numbers int8[]) RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
  DELETE FROM ledger_mark m USING (
    SELECT DISTINCT f.project_code FROM frozen_worker f WHERE f.worker_number = ANY ($1)
    UNION SELECT DISTINCT e.project_code FROM trainee e WHERE e.worker_number = ANY ($1)) w
  WHERE m.project_code = w.project_code
$$;
CREATE FUNCTION unmark_merged() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM unmark_workers(ARRAY[NEW.former_number, NEW.worker_number]);
  RETURN NULL;
END $$;
CREATE TRIGGER worker_merge_mark AFTER INSERT OR UPDATE ON worker_merge FOR EACH ROW EXECUTE FUNCTION unmark_merged();
CREATE FUNCTION unmark_worker() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM unmark_workers(ARRAY[NEW.worker_number]);
  RETURN NULL;
END $$;
CREATE TRIGGER worker_mark AFTER UPDATE OF worker_token, id_number_mask ON worker FOR EACH ROW
  WHEN ((OLD.worker_token, OLD.id_number_mask) IS DISTINCT FROM (NEW.worker_token, NEW.id_number_mask)) EXECUTE FUNCTION unmark_worker();

CREATE FUNCTION unmark_trained() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM ledger_mark m USING (SELECT DISTINCT project_code FROM gone) g WHERE m.project_code = g.project_code;
  ELSE
    DELETE FROM ledger_mark m USING (SELECT DISTINCT project_code FROM come) c WHERE m.project_code = c.project_code;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER trainee_come_mark AFTER INSERT ON trainee REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION unmark_trained();
CREATE TRIGGER trainee_changed_mark AFTER UPDATE ON trainee REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION unmark_trained();
CREATE TRIGGER trainee_gone_mark AFTER DELETE ON trainee REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION unmark_trained();
CREATE TRIGGER training_come_mark AFTER INSERT ON training REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION unmark_trained();
CREATE TRIGGER training_changed_mark AFTER UPDATE ON training REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION unmark_trained();
CREATE TRIGGER training_gone_mark AFTER DELETE ON training REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION unmark_trained();
