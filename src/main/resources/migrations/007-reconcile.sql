--liquibase formatted sql

--changeset registrar:007-replay-resume
-- A batch that stopped by itself and was resumed is judged by what comes after: earlier results no longer stop it.
ALTER TABLE replay_batches ADD COLUMN judged_after int NOT NULL DEFAULT 0;

--changeset registrar:007-reconcile
-- A comparison of a time window with what providers and accounts hold; its cursor survives its workflow.
CREATE TABLE reconcile_runs (
    id          uuid PRIMARY KEY,
    window_from timestamptz NOT NULL,
    window_to   timestamptz NOT NULL CHECK (window_to > window_from),
    dry_run     boolean NOT NULL,
    timed       boolean NOT NULL,
    most        int NOT NULL CHECK (most > 0),
    compared    int NOT NULL DEFAULT 0,
    after_at    timestamptz,
    after_id    uuid,
    lease_until timestamptz,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    finished_at timestamptz
);
-- Asked twice is run once: by operators while it runs, by the timers of all instances for ever.
CREATE UNIQUE INDEX reconcile_runs_running ON reconcile_runs (window_from, window_to, dry_run) WHERE finished_at IS NULL;
CREATE UNIQUE INDEX reconcile_runs_timed ON reconcile_runs (window_to) WHERE timed;

CREATE TABLE reconcile_findings (
    run_id          uuid NOT NULL REFERENCES reconcile_runs (id),
    registration_id uuid NOT NULL,
    kind            text NOT NULL,
    service         text NOT NULL,
    reference       text,
    amount          numeric(24, 4) CHECK (amount >= 0),
    currency        text CHECK (char_length(currency) = 3),
    compensation_id uuid,
    found_at        timestamptz NOT NULL,
    PRIMARY KEY (run_id, registration_id, kind, service),
    CONSTRAINT reconcile_findings_money CHECK ((amount IS NULL) = (currency IS NULL))
);

-- Which registrations ended in a window. A block range index costs an ending next to nothing.
CREATE INDEX registrations_finished ON registrations USING brin (finished_at);
