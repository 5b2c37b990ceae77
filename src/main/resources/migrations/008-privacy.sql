--liquibase formatted sql

--changeset registrar:008-encryption
-- Every encryption key that ever was active has sealed its own id here: a start without it, or with another one, is refused.
CREATE TABLE encryption_keys (
    id            text PRIMARY KEY,
    proof         bytea NOT NULL,
    first_used_at timestamptz NOT NULL
);

--changeset registrar:008-erasure
-- An erased registration keeps its money and its ids. An erased account stays as an empty row, so that no late step of its
-- registration writes the data again.
ALTER TABLE registrations ADD COLUMN erased_at timestamptz;
ALTER TABLE accounts ALTER COLUMN data DROP NOT NULL;

--changeset registrar:008-purge splitStatements:false
-- Idempotency keys that are due to go: entered when the registration ends, gone when its key is.
CREATE INDEX registrations_ended_keys ON registrations (created_at)
    WHERE idempotency_key IS NOT NULL AND finished_at IS NOT NULL;

-- The one way to delete from audit: a transaction that says how old the rows are, and never younger than 90 days.
CREATE FUNCTION audit_refuses_early_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at < CAST(NULLIF(current_setting('registrar.purge_before', true), '') AS timestamptz)
       AND OLD.at < now() - interval '90 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'integrity_constraint_violation';
END;
$$;

DROP TRIGGER audit_append_only ON audit;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses_change();
CREATE TRIGGER audit_deletes_only_what_is_old BEFORE DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_refuses_early_delete();
