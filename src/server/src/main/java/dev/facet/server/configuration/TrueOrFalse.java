package dev.facet.server.configuration;

import org.eclipse.microprofile.config.spi.Converter;

/** Reads a switch; the framework's own takes any word that it doesn't know for {@code false}. */
public final class TrueOrFalse implements Converter<Boolean> {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean convert(String value) {
        if (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")) {
            return Boolean.valueOf(value);
        }
        throw new IllegalArgumentException("expected true or false");
    }
}
