/**
 * Encryption of what is stored: a ring of keys with ids, AES-256-GCM, and proof that the keys at hand are those of the
 * database. Knows nothing of what is encrypted.
 */
@NullMarked
package dev.registrar.crypto;

import org.jspecify.annotations.NullMarked;
