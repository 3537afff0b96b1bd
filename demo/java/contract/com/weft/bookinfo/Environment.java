package com.weft.bookinfo;

/** What an application is told by its environment: nothing of it is about a mesh. */
public final class Environment {
    private Environment() {}

    /** A variable that must be there. */
    public static String text(String name) {
        String text = System.getenv(name);
        if (text == null || text.isEmpty()) throw new IllegalStateException(name + " is missing in the environment");
        return text;
    }

    /** A port number, 1 to 65535. */
    public static int port(String name) {
        String text = text(name);
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65_535)
            throw new IllegalStateException(name + " is \"" + text + "\"; expected a port number from 1 to 65535");
        return Integer.parseInt(text);
    }
}
