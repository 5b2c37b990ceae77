--liquibase formatted sql

--changeset registrar:005-late-charges
-- How many of the looks for a late charge are behind; the sweeper takes what is due.
ALTER TABLE registrations ADD COLUMN watch_stage smallint NOT NULL DEFAULT 0;
CREATE INDEX registrations_watched ON registrations (finished_at) WHERE charge_in_doubt AND finished_at IS NOT NULL;

--changeset registrar:005-replay
-- A batch of replays: its selection is frozen here when it is asked for, so that it survives its workflow.
CREATE TABLE replay_batches (
    id          uuid PRIMARY KEY,
    actor       text NOT NULL,
    reason      text NOT NULL,
    rate        numeric(8, 2) NOT NULL CHECK (rate > 0),
    state       text NOT NULL,
    note        text,
    sweep       int NOT NULL DEFAULT 0,
    lease_until timestamptz,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE INDEX replay_batches_open ON replay_batches (created_at) WHERE finished_at IS NULL;

CREATE TABLE replay_items (
    batch_id        uuid NOT NULL REFERENCES replay_batches (id),
    position        int NOT NULL,
    compensation_id uuid NOT NULL REFERENCES compensations (id),
    registration_id uuid NOT NULL REFERENCES registrations (id),
    result          text,
    error_code      text,
    finished_at     timestamptz,
    PRIMARY KEY (batch_id, position)
);

-- Who replays a row: one batch at a time, until the claim ends.
ALTER TABLE compensations ADD COLUMN claimed_by uuid, ADD COLUMN claimed_until timestamptz;

--changeset registrar:005-breakers
-- What operators forced; every instance applies it and every entry ends by itself.
CREATE TABLE breaker_overrides (
    breaker text PRIMARY KEY,
    state   text NOT NULL,
    until   timestamptz NOT NULL,
    set_at  timestamptz NOT NULL
);
