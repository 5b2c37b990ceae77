/**
 * E-mail over SMTP. A mail server neither deduplicates nor finds, so that everything depends on how far a conversation came: each
 * failure is classified by its phase and by the server's reply ({@link dev.registrar.notification.smtp.SmtpReplies}).
 */
@NullMarked
package dev.registrar.notification.smtp;

import org.jspecify.annotations.NullMarked;
