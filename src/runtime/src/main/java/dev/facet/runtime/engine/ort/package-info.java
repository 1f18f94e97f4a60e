/**
 * The engine on ONNX Runtime: graphs, sessions and plans. Read {@link
 * dev.facet.runtime.engine.ort.OrtEngine} and {@code NetworkGraph} first. Only this package and those below it know ONNX
 * Runtime.
 */
package dev.facet.runtime.engine.ort;
