--liquibase formatted sql

-- Indexes for the operators' console. Healthy registrations are in the last one only. Built CONCURRENTLY, so that the table
-- stays writable; an interrupted build leaves an invalid index behind, which the DROP removes when it is repeated.

--changeset registrar:012-errors runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS registrations_errors;
CREATE INDEX CONCURRENTLY registrations_errors ON registrations USING gin (errors jsonb_path_ops) WHERE errors <> '[]';

--changeset registrar:012-errors-recent runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS registrations_errors_recent;
CREATE INDEX CONCURRENTLY registrations_errors_recent ON registrations (updated_at) WHERE errors <> '[]';

--changeset registrar:012-failed runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS registrations_failed;
CREATE INDEX CONCURRENTLY registrations_failed ON registrations (status, created_at DESC, id DESC)
    WHERE status IN ('FAILED', 'CANCELLED');

--changeset registrar:012-references runInTransaction:false
-- Finds a registration by a provider's reference. The expression is read by RegistrationStore.
DROP INDEX CONCURRENTLY IF EXISTS registrations_references;
CREATE INDEX CONCURRENTLY registrations_references ON registrations
    USING gin (jsonb_path_query_array(steps, '$[*].reference') jsonb_path_ops);
