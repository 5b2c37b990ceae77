/**
 * Programs that nobody here wrote and that stand in for providers, each started on free ports of the loopback and ended by its
 * process id; and what damages the connection to them. Their own records are the witnesses of the tests.
 */
@NullMarked
package dev.registrar.standin;

import org.jspecify.annotations.NullMarked;
