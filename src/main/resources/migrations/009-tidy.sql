--liquibase formatted sql

--changeset registrar:009-batch-sweep
-- Batches are found by their lease; nobody ever read this.
ALTER TABLE replay_batches DROP COLUMN sweep;
