package dev.registrar.access;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Tells a refusal where no resource is there to tell it. Thread-safe. */
@FunctionalInterface
public interface RefusalWriter {

    void write(AccessRefusedException refusal, HttpServletResponse response) throws IOException;
}
