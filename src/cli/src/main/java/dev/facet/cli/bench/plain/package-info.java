/**
 * What Facet is compared with: a service such as an engineer writes in an afternoon around the file of {@code facet pack export}
 * ({@link dev.facet.cli.bench.plain.PlainService}), and ONNX Runtime alone ({@link dev.facet.cli.bench.plain.BareNetwork}).
 * Depends on the JDK and ONNX Runtime, and on nothing of Facet.
 */
package dev.facet.cli.bench.plain;
