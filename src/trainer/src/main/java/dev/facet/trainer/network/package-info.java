/**
 * The network of one task: prefix, modulated encoder, decoder. Read {@link dev.facet.trainer.network.TaskNetwork} first.
 * Depends on {@code engine}.
 */
package dev.facet.trainer.network;
