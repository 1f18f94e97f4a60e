/**
 * Several answers in one: multipart, ZIP or JSON. Read {@link dev.facet.server.bundle.Bundle} first. Depends on
 * {@code problem}; {@code prediction} depends on it.
 */
package dev.facet.server.bundle;
