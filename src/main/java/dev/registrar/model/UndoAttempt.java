package dev.registrar.model;

import java.util.UUID;

/**
 * One attempt at a row of undo work.
 *
 * @param rowId the row
 * @param run the run of the registration that makes the attempt
 */
public record UndoAttempt(UUID rowId, int run) {}
