package dev.registrar.demo;

/** The demonstration cannot be held as things stand. The message is one sentence for the person who asked for it. */
public final class DemoRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DemoRefusedException(String sentence) {
        super(sentence, null, false, false);
    }
}
