/**
 * Several answers in one: multipart, ZIP or JSON. Read {@link dev.facet.server.bundle.Bundle} first. Depends on
 * {@code problem}; {@code prediction} and {@code inference} depend on it.
 */
package dev.facet.server.bundle;
