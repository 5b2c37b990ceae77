/**
 * E-mail and SMS: activity interface, its implementation, the ports and their HTTP adapters.
 */
@NullMarked
package dev.registrar.notification;

import org.jspecify.annotations.NullMarked;
