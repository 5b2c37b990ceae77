/**
 * What an operator can do, each once, with reason and audit; admin tasks and console are two faces of it.
 */
@NullMarked
package dev.registrar.operations;

import org.jspecify.annotations.NullMarked;
