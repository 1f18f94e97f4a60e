/**
 * The safetensors file format, read strictly and written whole or not at all. Read {@link
 * dev.facet.core.safetensors.SafetensorsReader} first. Depends on {@code tensor} and {@code file}.
 */
package dev.facet.core.safetensors;
