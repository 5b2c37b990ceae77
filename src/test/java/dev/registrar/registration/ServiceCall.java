package dev.registrar.registration;

/**
 * One recorded call of an activity.
 *
 * @param number position among all calls of the registration
 * @param at workflow time in milliseconds
 */
record ServiceCall(int number, String method, Object argument, int attempt, boolean local, String runId, long at) {}
