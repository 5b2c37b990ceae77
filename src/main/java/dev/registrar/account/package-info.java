/**
 * The database step: activity interface, its implementation and the table of accounts.
 */
@NullMarked
package dev.registrar.account;

import org.jspecify.annotations.NullMarked;
