/**
 * Server processes that a command starts, measures and stops, and the machine that they run on. Read
 * {@link dev.facet.cli.process.ServerProcess} first. Depends on the JDK alone; the bench commands and
 * {@code cli.reliability} use it.
 */
package dev.facet.cli.process;
