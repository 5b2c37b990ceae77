--liquibase formatted sql

-- What is read often is read through an index, however many registrations there are. Built CONCURRENTLY, as in 012.

--changeset registrar:015-status runInTransaction:false
-- Lists and counts by status. A healthy registration enters it once, as RUNNING, and leaves it as COMPLETED.
DROP INDEX CONCURRENTLY IF EXISTS registrations_status;
CREATE INDEX CONCURRENTLY registrations_status ON registrations (status, created_at DESC, id DESC) WHERE status <> 'COMPLETED';

--changeset registrar:015-failed runInTransaction:false
-- registrations_status has them too.
DROP INDEX CONCURRENTLY IF EXISTS registrations_failed;

--changeset registrar:015-finished runInTransaction:false
-- Without those that have not ended: they are in every block range, so that a search for them read the whole table.
DROP INDEX CONCURRENTLY IF EXISTS registrations_finished;
CREATE INDEX CONCURRENTLY registrations_finished ON registrations USING brin (finished_at) WHERE finished_at IS NOT NULL;

--changeset registrar:015-failing runInTransaction:false
-- Runs that end without a due time, or that cannot be started: none, unless there is a defect.
DROP INDEX CONCURRENTLY IF EXISTS registrations_failing;
CREATE INDEX CONCURRENTLY registrations_failing ON registrations (id) WHERE attend_failures >= 3 AND attend_at IS NOT NULL;

--changeset registrar:015-errors-newest runInTransaction:false
-- Registrations with errors by acceptance. Without the id, whose chance order would make the planner expect random reads.
DROP INDEX CONCURRENTLY IF EXISTS registrations_errors_newest;
CREATE INDEX CONCURRENTLY registrations_errors_newest ON registrations (created_at) WHERE errors <> '[]';

--changeset registrar:015-resends runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS commands_resends;
CREATE INDEX CONCURRENTLY commands_resends ON commands (registration_id) WHERE kind = 'resend';

--changeset registrar:015-open runInTransaction:false
-- Counts and sums of the open undo work, from the index alone.
DROP INDEX CONCURRENTLY IF EXISTS compensations_open;
CREATE INDEX CONCURRENTLY compensations_open ON compensations (registration_id, reference, position)
    INCLUDE (action, amount, currency, opened_at) WHERE closed_at IS NULL AND state = 'OPEN';

--changeset registrar:015-closed runInTransaction:false
-- The ledger's closed part, in the order of its list, with the columns of its filters. A row enters it once.
DROP INDEX CONCURRENTLY IF EXISTS compensations_closed;
CREATE INDEX CONCURRENTLY compensations_closed ON compensations (opened_at, registration_id, position)
    INCLUDE (id, state, action, service, last_error_code) WHERE closed_at IS NOT NULL;

--changeset registrar:015-registered-at
-- When the registration was accepted, which never changes: registrations with an undo error are listed newest first.
ALTER TABLE compensations ADD COLUMN registered_at timestamptz;
UPDATE compensations c SET registered_at = r.created_at FROM registrations r WHERE r.id = c.registration_id AND c.closed_at IS NULL;

--changeset registrar:015-undo-errors runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS compensations_errors;
CREATE INDEX CONCURRENTLY compensations_errors ON compensations (last_error_code, registered_at DESC, registration_id DESC)
    WHERE closed_at IS NULL AND last_error_code IS NOT NULL;

--changeset registrar:015-undo-references runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS compensations_references;
CREATE INDEX CONCURRENTLY compensations_references ON compensations (reference) WHERE closed_at IS NULL;

--changeset registrar:015-batch-items runInTransaction:false
-- For the deletion of a registration and its rows, too.
DROP INDEX CONCURRENTLY IF EXISTS batch_items_registration;
CREATE INDEX CONCURRENTLY batch_items_registration ON batch_items (registration_id, command_seq);
DROP INDEX CONCURRENTLY IF EXISTS batch_items_command;

--changeset registrar:015-batch-rows runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS batch_items_row;
CREATE INDEX CONCURRENTLY batch_items_row ON batch_items (compensation_id);

--changeset registrar:015-findings runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS reconcile_findings_registration;
CREATE INDEX CONCURRENTLY reconcile_findings_registration ON reconcile_findings (registration_id);

--changeset registrar:015-audit-time runInTransaction:false
-- For the purge and for times.
DROP INDEX CONCURRENTLY IF EXISTS audit_at;
CREATE INDEX CONCURRENTLY audit_at ON audit (at, id);

--changeset registrar:015-audit-action runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS audit_action;
CREATE INDEX CONCURRENTLY audit_action ON audit (action, at, id);

--changeset registrar:015-audit-actor runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS audit_actor;
CREATE INDEX CONCURRENTLY audit_actor ON audit (actor, at, id);

--changeset registrar:015-vacuum
-- A run leaves two dead versions of its row, spread over the pages: vacuumed and counted at 2 % instead of 20 %, so that index-only
-- scans stay index-only and new rows find room.
ALTER TABLE registrations SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02,
                               autovacuum_analyze_scale_factor = 0.02);
-- Rows are inserted once and hardly change: without inserts counting, the visibility map would stay empty for long.
ALTER TABLE accounts SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
-- Each command is updated once, when it is applied.
ALTER TABLE commands SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
-- A row is updated by every attempt, and which codes are frequent changes with every outage.
ALTER TABLE compensations SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
-- Each item is updated twice within minutes.
ALTER TABLE batch_items SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
