package dev.registrar.model;

/**
 * The argument of an activity that takes an effect back before there is a row of undo work, such as a void. {@link
 * ForwardGuard#requireRevocable} is consulted before each attempt.
 */
public interface RevokingCall extends OfRegistration {}
