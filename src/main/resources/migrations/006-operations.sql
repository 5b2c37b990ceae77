--liquibase formatted sql

--changeset registrar:006-resends
-- The welcome messages that operators asked for again: the same n is the same message. What is sent, and to whom, is sealed.
CREATE TABLE notification_resends (
    registration_id uuid NOT NULL REFERENCES registrations (id),
    n               int NOT NULL CHECK (n >= 1),
    codec           smallint NOT NULL,
    data            bytea NOT NULL,
    steps           jsonb,
    lease_until     timestamptz,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    finished_at     timestamptz,
    PRIMARY KEY (registration_id, n)
);
CREATE INDEX notification_resends_open ON notification_resends (updated_at) WHERE finished_at IS NULL;
