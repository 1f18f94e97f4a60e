/**
 * What the networks look like: encoders, modulations, decoders, and the names and shapes of their tensors. Read {@link
 * dev.facet.core.network.Architecture} and {@link dev.facet.core.network.TensorLayout} first. Everyone may depend on
 * it; it depends on {@code tensor}.
 */
package dev.facet.core.network;
