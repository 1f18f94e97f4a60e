/**
 * The engine on ONNX Runtime: graphs, sessions, plans, and what else runs on it. Read {@link
 * dev.facet.runtime.engine.ort.OrtEngine} and {@code NetworkGraph} first. The only package that knows ONNX Runtime.
 */
package dev.facet.runtime.engine.ort;
