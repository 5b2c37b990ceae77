/**
 * The texts of e-mails and SMS: Mustache templates by locale, versioned by the hash of their content.
 */
@NullMarked
package dev.registrar.notification.template;

import org.jspecify.annotations.NullMarked;
