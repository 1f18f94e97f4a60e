/**
 * Dense tensors in memory. Read {@link dev.facet.core.tensor.Tensor} first. Everyone may depend on it; it depends on
 * nothing.
 */
package dev.facet.core.tensor;
