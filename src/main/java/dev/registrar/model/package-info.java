/**
 * Values that several packages share.
 */
@NullMarked
package dev.registrar.model;

import org.jspecify.annotations.NullMarked;
