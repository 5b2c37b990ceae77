/**
 * Profiles as users of a SCIM 2.0 server (RFC 7643, RFC 7644): {@code userName} is the user's id, {@code externalId} the id of the
 * registration that made it. Ownership is proved only by a read that shows the {@code externalId}.
 */
@NullMarked
package dev.registrar.profile.scim;

import org.jspecify.annotations.NullMarked;
