package dev.registrar.registration;

/** A critical step ended so that the registration cannot go on. */
final class TurnBackException extends Exception {

    private final transient Turn turn;

    TurnBackException(Turn turn) {
        super(turn.kind().name());
        this.turn = turn;
    }

    Turn turn() {
        return turn;
    }
}
