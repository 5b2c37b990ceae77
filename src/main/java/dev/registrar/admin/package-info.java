/**
 * Health checks: what they show on the admin port.
 */
@NullMarked
package dev.registrar.admin;

import org.jspecify.annotations.NullMarked;
