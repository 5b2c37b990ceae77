/** The whole service as users see it: a process of the built jar, real HTTP, real PostgreSQL, killed and restarted. */
@NullMarked
package dev.registrar.flow;

import org.jspecify.annotations.NullMarked;
