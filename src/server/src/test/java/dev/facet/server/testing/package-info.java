/** Models for tests: small random packs over a random bank, made fresh in a temporary folder. */
package dev.facet.server.testing;
