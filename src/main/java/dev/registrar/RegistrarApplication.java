package dev.registrar;

/** Placeholder. */
public final class RegistrarApplication {
    private RegistrarApplication() {}

    public static void main(String[] args) {
        System.out.println("hi");
    }
}
