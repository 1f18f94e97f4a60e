/**
 * What Facet is compared with: a service such as an engineer writes in an afternoon around the file of {@code facet pack export}
 * ({@link dev.facet.cli.bench.plain.PlainService}), ONNX Runtime alone ({@link dev.facet.cli.bench.plain.BareNetwork}), and Vert.x
 * alone ({@link dev.facet.cli.bench.plain.BareServer}). Depends on the JDK, ONNX Runtime and Vert.x, and on nothing of Facet.
 */
package dev.facet.cli.bench.plain;
