--liquibase formatted sql

--changeset registrar:012-resend-batches
-- A batch may also resend messages: its items are registrations with the channels that failed, not rows of undo work.
ALTER TABLE batches ADD COLUMN kind text NOT NULL DEFAULT 'replay';
ALTER TABLE batch_items
    ALTER COLUMN compensation_id DROP NOT NULL,
    ADD COLUMN channels text;
CREATE INDEX batches_newest ON batches (created_at DESC, id);
-- Registrations that ended with an error, newest first: a small part of the table.
CREATE INDEX registrations_with_errors ON registrations (created_at DESC, id DESC) WHERE errors <> '[]'::jsonb;
