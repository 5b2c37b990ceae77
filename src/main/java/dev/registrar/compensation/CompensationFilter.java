package dev.registrar.compensation;

import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of the ledger, oldest first. What is absent does not restrict.
 *
 * @param openedBefore only rows opened before this
 */
public record CompensationFilter(
        @Nullable UUID id,
        @Nullable UndoState state,
        @Nullable UndoAction action,
        @Nullable Step service,
        @Nullable RegistrationId registration,
        @Nullable Instant openedBefore,
        int limit) {}
