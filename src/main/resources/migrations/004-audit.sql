--liquibase formatted sql

--changeset registrar:004-audit splitStatements:false
-- What operators did, and why. Rows are added, never changed: the trigger holds for the service's own mistakes too.
CREATE TABLE audit (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL,
    actor   text NOT NULL,
    reason  text NOT NULL,
    action  text NOT NULL,
    subject text NOT NULL,
    detail  jsonb
);

CREATE INDEX audit_subject ON audit (subject, id);

CREATE FUNCTION audit_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'integrity_constraint_violation';
END;
$$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses_change();
