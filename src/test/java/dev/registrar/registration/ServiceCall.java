package dev.registrar.registration;

/**
 * One call of an activity, as the scripted services saw it.
 *
 * @param number place in the order of all calls of the registration
 * @param at workflow time in milliseconds
 */
record ServiceCall(int number, String method, Object argument, int attempt, boolean local, String runId, long at) {}
