/**
 * Independent programs that stand in for providers, each started on free loopback ports and ended by its process id;
 * and programs that damage the connection to them. Tests verify the stand-ins' own records.
 */
@NullMarked
package dev.registrar.standin;

import org.jspecify.annotations.NullMarked;
