package dev.facet.runtime.registry;

/**
 * A pack that should be there and isn't.
 *
 * @param pack its address, or its file's name where it couldn't be read
 * @param reason what is wrong with it
 */
public record PackFailure(String pack, String reason) {}
