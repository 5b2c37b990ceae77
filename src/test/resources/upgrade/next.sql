--liquibase formatted sql

--changeset registrar:next-registrations labels:compatible-since-0.2.0
ALTER TABLE registrations ADD COLUMN referred_by text, ADD COLUMN tier text NOT NULL DEFAULT 'basic';

--changeset registrar:next-commands labels:compatible-since-0.2.0
ALTER TABLE commands ADD COLUMN urgency smallint NOT NULL DEFAULT 0;

--changeset registrar:next-compensations labels:compatible-since-0.2.0
ALTER TABLE compensations ADD COLUMN referred_by text;

--changeset registrar:next-accounts labels:compatible-since-0.2.0
ALTER TABLE accounts ADD COLUMN tier text;

--changeset registrar:next-reconcile labels:compatible-since-0.2.0
ALTER TABLE reconcile_runs ADD COLUMN scope text;

--changeset registrar:next-audit labels:compatible-since-0.2.0
ALTER TABLE audit ADD COLUMN origin text;

--changeset registrar:next-referrals labels:compatible-since-0.2.0
CREATE TABLE referrals (
    registration_id uuid PRIMARY KEY REFERENCES registrations (id) ON DELETE CASCADE,
    code            text NOT NULL CHECK (code <> ''),
    created_at      timestamptz NOT NULL DEFAULT now()
);

--changeset registrar:next-referred-by runInTransaction:false labels:compatible-since-0.2.0
DROP INDEX CONCURRENTLY IF EXISTS registrations_referred_by;
CREATE INDEX CONCURRENTLY registrations_referred_by ON registrations (referred_by, created_at DESC) WHERE referred_by IS NOT NULL;
