--liquibase formatted sql

--changeset registrar:001-registrations
-- One row per accepted registration. A healthy one costs two statements here: the insert and the outcome.
-- Codes (status, steps, errors) are free text for the database, so that a later version can add some without a migration.
CREATE TABLE registrations (
    id                  uuid PRIMARY KEY,
    caller              text NOT NULL,
    user_id             text NOT NULL,
    idempotency_key     text CHECK (char_length(idempotency_key) BETWEEN 1 AND 255),
    body_hash           bytea NOT NULL,
    codec               smallint NOT NULL,
    request             bytea,
    amount              numeric(24, 4) NOT NULL CHECK (amount >= 0),
    currency            text NOT NULL CHECK (char_length(currency) = 3),
    status              text NOT NULL,
    steps               jsonb,
    steps_as_of         timestamptz,
    errors              jsonb,
    waiting_on          jsonb,
    compensating_at     timestamptz,
    intended_end        text,
    cancel_requested_at timestamptz,
    charge_in_doubt     boolean NOT NULL DEFAULT false,
    sweep               int NOT NULL DEFAULT 0 CHECK (sweep >= 0),
    lease_owner         text,
    lease_until         timestamptz,
    attempt_of          uuid,
    retried_by          uuid,
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    finished_at         timestamptz
)
-- The outcome changes status and finished_at, which index predicates read: it can never be a heap-only update. The
-- sweeper's leases, waiting_on and cancel_requested_at are in no index and can be, if their page has room: hence 85.
WITH (fillfactor = 85);

-- One live or completed registration per user; a failed or cancelled one makes room for the next.
CREATE UNIQUE INDEX registrations_live_user ON registrations (user_id)
    WHERE status NOT IN ('FAILED', 'CANCELLED');
CREATE UNIQUE INDEX registrations_idempotency ON registrations (caller, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
-- Listing, newest first; the second one also finds all registrations of a user.
CREATE INDEX registrations_newest ON registrations (created_at DESC, id DESC);
CREATE INDEX registrations_user ON registrations (user_id, created_at DESC, id DESC);
-- The sweeper looks at what has not ended: a handful of rows, whatever the table's size.
CREATE INDEX registrations_open ON registrations (created_at) WHERE finished_at IS NULL;
-- Earlier charges that have to be looked up before a user is charged again: nearly always none.
CREATE INDEX registrations_charge_in_doubt ON registrations (user_id) WHERE charge_in_doubt;
