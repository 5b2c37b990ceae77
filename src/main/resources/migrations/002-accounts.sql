--liquibase formatted sql

--changeset registrar:002-accounts
-- The saved user data, owned by the registration that made it. No foreign key: a registration may be erased before.
CREATE TABLE accounts (
    user_id         text PRIMARY KEY,
    registration_id uuid NOT NULL,
    codec           smallint NOT NULL,
    data            bytea NOT NULL,
    transaction_id  text,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL
);
