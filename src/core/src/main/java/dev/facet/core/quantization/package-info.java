/**
 * The int8 plan's numbers: which activations it has, their scales, and the file of a bank's calibration. Read {@link
 * dev.facet.core.quantization.Activations} first. Depends on {@code network}, {@code safetensors} and {@code tensor}.
 */
package dev.facet.core.quantization;
