/**
 * Opening and closing: the bank, the engine, the packs and the scheduler, each once per process. Read
 * {@link dev.facet.server.lifecycle.Components} first; the process begins in {@code ServerMain}. Nothing depends on it: its products are injected.
 */
package dev.facet.server.lifecycle;
