/**
 * What docs/benchmarks.md says, measured: one {@link dev.facet.cli.bench.Benchmark} a section, run by
 * {@link dev.facet.cli.bench.BenchRun}, on servers and networks of its own. Sides that are compared are measured in
 * {@link dev.facet.cli.bench.Rounds} that take turns; what is compared is CPU time. Depends on core, runtime and the packages of
 * the command line that try servers; {@code facet bench} is its command.
 */
package dev.facet.cli.bench;
