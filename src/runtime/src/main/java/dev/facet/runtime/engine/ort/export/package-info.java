/**
 * The way out: bank and pack as one ONNX file, and the check that it answers as the pack does. Read {@link
 * dev.facet.runtime.engine.ort.export.OnnxExporter} first. Depends on {@code engine.ort}, which doesn't know it.
 */
package dev.facet.runtime.engine.ort.export;
