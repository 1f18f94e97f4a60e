/**
 * The campaign that tries a server under pressure: one {@link dev.facet.cli.reliability.Trial} a kind of trouble, run by
 * {@link dev.facet.cli.reliability.Campaign} on servers of its own. Clients are real sockets, every draw comes from the seed,
 * everything is bounded in time. Depends on core and {@code cli.process}; {@code facet bench reliability} is its command.
 */
package dev.facet.cli.reliability;
