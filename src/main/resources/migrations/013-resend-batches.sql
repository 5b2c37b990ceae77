--liquibase formatted sql

--changeset registrar:013-resend-batches
-- A batch may also resend messages: its items are registrations with the channels that failed, not rows of undo work.
ALTER TABLE batches ADD COLUMN kind text NOT NULL DEFAULT 'replay';
ALTER TABLE batch_items
    ALTER COLUMN compensation_id DROP NOT NULL,
    ADD COLUMN channels text;
CREATE INDEX batches_newest ON batches (created_at DESC, id);
