/**
 * Encryption of stored data: a ring of keys with ids, AES-256-GCM, and proof that the configured keys are those of the
 * database. Independent of what is encrypted.
 */
@NullMarked
package dev.registrar.crypto;

import org.jspecify.annotations.NullMarked;
