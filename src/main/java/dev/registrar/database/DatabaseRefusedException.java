package dev.registrar.database;

/**
 * The database cannot be used as it is, and an operator has to act: another process holds it, its port is taken, its
 * schema has the wrong version, it cannot be reached. The message is one sentence for the operator; there is no
 * stack trace, because it would add nothing.
 */
public final class DatabaseRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DatabaseRefusedException(String sentence) {
        super(sentence, null, false, false);
    }
}
