/**
 * The probes: {@code /q/health/live}, {@code ready} and {@code started}. Read {@link dev.facet.server.health.PacksCheck}.
 * {@code inference} depends on it. While the server drains, readiness is down by Quarkus' own check.
 */
package dev.facet.server.health;
