/**
 * Finished packs: made of trained weights, and run for comparison. Read {@link dev.facet.trainer.export.PackExport} and
 * {@link dev.facet.trainer.export.DjlForward} first. Depends on {@code network}.
 */
package dev.facet.trainer.export;
