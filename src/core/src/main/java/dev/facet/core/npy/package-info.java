/** NumPy's array files. Read {@link dev.facet.core.npy.NpyReader}. Depends on {@code tensor} and {@code safetensors}. */
package dev.facet.core.npy;
