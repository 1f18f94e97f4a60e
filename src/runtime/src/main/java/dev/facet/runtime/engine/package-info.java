/**
 * The engine: what runs packs over one bank. Read {@link dev.facet.runtime.engine.Engine} first. Depends on core only;
 * implementations are sub-packages.
 */
package dev.facet.runtime.engine;
