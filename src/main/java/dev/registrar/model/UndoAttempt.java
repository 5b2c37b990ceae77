package dev.registrar.model;

import java.util.UUID;

/**
 * One attempt at a row of undo work.
 *
 * @param rowId the row
 * @param run the run of the registration that makes the attempt
 * @param seen the last command that the run has seen: a later one is applied before anything is sent
 */
public record UndoAttempt(UUID rowId, int run, int seen) {}
