--liquibase formatted sql

--changeset registrar:014-undo-failures
-- What the newest failed attempts of an undo met, as the steps of a registration have it; absent while none has failed.
ALTER TABLE compensations ADD COLUMN failures jsonb;
