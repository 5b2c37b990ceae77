/**
 * SMS over Twilio's Messages resource, which has no idempotency keys: a message is found by its recipient and its text.
 */
@NullMarked
package dev.registrar.notification.twilio;

import org.jspecify.annotations.NullMarked;
