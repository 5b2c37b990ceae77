/**
 * Admin tasks and health checks: parse, call, print.
 */
@NullMarked
package dev.registrar.admin;

import org.jspecify.annotations.NullMarked;
