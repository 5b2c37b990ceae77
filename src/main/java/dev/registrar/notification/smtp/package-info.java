/**
 * E-mail over SMTP. A mail server neither deduplicates nor finds, so everything depends on the phase of the
 * conversation: each failure is classified by its phase and by the server's reply ({@link
 * dev.registrar.notification.smtp.SmtpReplies}).
 */
@NullMarked
package dev.registrar.notification.smtp;

import org.jspecify.annotations.NullMarked;
