package dev.registrar.admin;

/** A task was not called as its usage says. The message is for the operator. */
final class UsageException extends RuntimeException {

    UsageException(String message) {
        super(message);
    }
}
