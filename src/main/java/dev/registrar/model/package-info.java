/**
 * Values that several rooms share.
 */
@NullMarked
package dev.registrar.model;

import org.jspecify.annotations.NullMarked;
