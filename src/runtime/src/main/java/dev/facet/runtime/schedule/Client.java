package dev.facet.runtime.schedule;

/**
 * Who asks.
 *
 * @param name an address or a key's name: clients share the server fairly by it
 * @param allowance of the client
 */
public record Client(String name, Allowance allowance) {
    /** A client that may ask for as much as it likes. */
    public static Client of(String name) {
        return new Client(name, Allowance.UNLIMITED);
    }
}
