package dev.registrar.demo;

/** One thing that was looked at, and whether it is as it should be; the text says what was found. */
record Check(boolean passed, String text) {}
