--liquibase formatted sql

--changeset registrar:003-compensations
-- The ledger of undo work. The unique key is also the index on registration_id.
CREATE TABLE compensations (
    id              uuid PRIMARY KEY,
    registration_id uuid NOT NULL REFERENCES registrations (id),
    position        smallint NOT NULL CHECK (position >= 0),
    action          text NOT NULL,
    service         text NOT NULL,
    state           text NOT NULL,
    reference       text,
    amount          numeric(24, 4) CHECK (amount >= 0),
    currency        text CHECK (char_length(currency) = 3),
    intended_end    text,
    attempts        int NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    last_error_code text,
    first_failed_at timestamptz,
    last_failed_at  timestamptz,
    opened_at       timestamptz NOT NULL,
    closed_at       timestamptz,
    closed_by       text,
    resolution      jsonb,
    CONSTRAINT compensations_once UNIQUE (registration_id, action),
    CONSTRAINT compensations_money CHECK ((amount IS NULL) = (currency IS NULL))
);

-- What operators see and gauges count: the open rows, oldest first.
CREATE INDEX compensations_open ON compensations (opened_at) WHERE state IN ('OPEN', 'REPLAYING');
