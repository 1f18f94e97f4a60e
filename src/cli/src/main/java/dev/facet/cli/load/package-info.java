/**
 * Load on a server and what came of it: {@link dev.facet.cli.load.Workers} ask side by side,
 * {@link dev.facet.cli.load.Latencies} and {@link dev.facet.cli.load.Statuses} count, {@link dev.facet.cli.load.Cores} keeps
 * clients and server apart. Depends on the JDK alone; {@code cli.bench} and {@code cli.reliability} use it.
 */
package dev.facet.cli.load;
