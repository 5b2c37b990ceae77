/** The operators' page: its files, its JSON and its sign-in, on the admin port. It acts through the admin tasks. */
@NullMarked
package dev.registrar.console;

import org.jspecify.annotations.NullMarked;
