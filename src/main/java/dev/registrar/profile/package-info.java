/**
 * The user profile API: activity interface, its implementation, the port and its HTTP adapter.
 */
@NullMarked
package dev.registrar.profile;

import org.jspecify.annotations.NullMarked;
