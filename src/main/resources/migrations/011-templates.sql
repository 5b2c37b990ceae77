--liquibase formatted sql

--changeset registrar:011-templates
-- Every version of the message templates that was ever loaded, one row a file; the hash is of the whole set. A message is sent
-- with the text that was there when its registration started, also by an instance that has loaded another version.
CREATE TABLE message_templates (
    hash          text NOT NULL,
    name          text NOT NULL,
    locale        text NOT NULL,
    content       text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    PRIMARY KEY (hash, name, locale)
);
