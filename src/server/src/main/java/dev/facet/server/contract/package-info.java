/**
 * What the OpenAPI document says beyond annotations. Read {@link dev.facet.server.contract.PredictionOperations} first.
 * Depends on core, {@code problem} and {@code http}; nothing depends on it.
 */
package dev.facet.server.contract;
