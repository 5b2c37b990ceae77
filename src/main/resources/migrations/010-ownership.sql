--liquibase formatted sql

--changeset registrar:010-ownership
-- What a registration is after its acceptance is written by its own workflow run: every write of run n requires run = n.
-- Everybody else leaves a command, which counts command_seq; whatever is left to do has a due time, attend_at.
DROP INDEX registrations_open;
DROP INDEX registrations_watched;
DROP INDEX registrations_charge_in_doubt;
ALTER TABLE registrations
    DROP COLUMN sweep,
    DROP COLUMN lease_owner,
    DROP COLUMN lease_until,
    DROP COLUMN cancel_requested_at,
    ADD COLUMN run              int NOT NULL DEFAULT 1 CHECK (run > 0),
    ADD COLUMN command_seq      int NOT NULL DEFAULT 0,
    ADD COLUMN applied_seq      int NOT NULL DEFAULT 0,
    ADD COLUMN attend_at        timestamptz,
    ADD COLUMN attend_for       text,
    ADD COLUMN attend_failures  int NOT NULL DEFAULT 0,
    -- Whether a run is at work on what is left; false from the moment it gives up.
    ADD COLUMN attending        boolean NOT NULL DEFAULT true,
    ADD COLUMN retries          int NOT NULL DEFAULT 0,
    ADD COLUMN retry_since      timestamptz,
    -- Ended from Temporal's side: no automatic try until an operator asks for one.
    ADD COLUMN held             boolean NOT NULL DEFAULT false,
    ADD COLUMN kept_transaction text,
    ADD COLUMN money_open       boolean NOT NULL DEFAULT false,
    ADD COLUMN provider         text;
ALTER TABLE registrations RENAME COLUMN charge_in_doubt TO in_doubt;
-- What is due, and what has not ended: a handful of rows, whatever the size of the table. The healthy COMPLETED leaves it.
CREATE INDEX registrations_due ON registrations (attend_at) WHERE finished_at IS NULL OR attend_at IS NOT NULL;
CREATE INDEX registrations_money_open ON registrations (user_id) WHERE money_open;

--changeset registrar:010-commands
CREATE TABLE commands (
    registration_id uuid NOT NULL REFERENCES registrations (id),
    seq             int NOT NULL CHECK (seq > 0),
    kind            text NOT NULL,
    target          text NOT NULL DEFAULT '',
    -- Kinds and payloads of a later version are left for instances that know them.
    version         smallint NOT NULL DEFAULT 1,
    codec           smallint,
    payload         bytea,
    actor           text,
    reason          text,
    batch_id        uuid,
    created_at      timestamptz NOT NULL,
    applied_at      timestamptz,
    result          jsonb,
    error_code      text,
    PRIMARY KEY (registration_id, seq)
);
-- The same command asked for twice before it is applied is one command.
CREATE UNIQUE INDEX commands_unapplied ON commands (registration_id, kind, target) WHERE applied_at IS NULL;

--changeset registrar:010-ledger
ALTER TABLE compensations
    DROP CONSTRAINT compensations_once,
    DROP COLUMN intended_end,
    DROP COLUMN claimed_by,
    DROP COLUMN claimed_until,
    ADD COLUMN idempotency_key text NOT NULL DEFAULT '',
    ADD COLUMN attempt_until   timestamptz,
    ADD COLUMN watch_stage     int NOT NULL DEFAULT 0;
UPDATE compensations SET state = 'OPEN' WHERE state = 'REPLAYING';
UPDATE compensations SET idempotency_key = 'refund:' || registration_id WHERE action = 'refund';
-- A second payment has a refund of its own, under its own key.
ALTER TABLE compensations ADD CONSTRAINT compensations_once UNIQUE (registration_id, action, idempotency_key);
DROP INDEX compensations_open;
CREATE INDEX compensations_unclosed ON compensations (opened_at) WHERE closed_at IS NULL;

--changeset registrar:010-batches
DROP TABLE replay_items;
DROP TABLE replay_batches;
DROP TABLE notification_resends;
-- A batch is a selection of rows, frozen when it is asked for, whose commands are released one after the other.
CREATE TABLE batches (
    id           uuid PRIMARY KEY,
    actor        text NOT NULL,
    reason       text NOT NULL,
    rate         numeric(8, 2) NOT NULL CHECK (rate > 0),
    state        text NOT NULL,
    note         text,
    judged_after int NOT NULL DEFAULT 0,
    released_at  timestamptz,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    finished_at  timestamptz
);
CREATE INDEX batches_open ON batches (created_at) WHERE finished_at IS NULL;
CREATE TABLE batch_items (
    batch_id        uuid NOT NULL REFERENCES batches (id),
    position        int NOT NULL,
    compensation_id uuid NOT NULL REFERENCES compensations (id),
    registration_id uuid NOT NULL REFERENCES registrations (id),
    command_seq     int,
    result          text,
    error_code      text,
    finished_at     timestamptz,
    PRIMARY KEY (batch_id, position)
);
CREATE INDEX batch_items_command ON batch_items (registration_id, command_seq) WHERE result IS NULL;

--changeset registrar:010-account-tombstones
-- A deleted account keeps its row without data, so that a late save of its own registration cannot bring it back.
ALTER TABLE accounts ADD COLUMN deleted_at timestamptz;
