/**
 * REST in: resources, request and response records, problem documents.
 */
@NullMarked
package dev.registrar.api;

import org.jspecify.annotations.NullMarked;
