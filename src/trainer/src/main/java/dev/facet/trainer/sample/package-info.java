/**
 * Labelled images: reading, augmentation, batches. Read {@link dev.facet.trainer.sample.LabelledImage} and {@link
 * dev.facet.trainer.sample.BatchSource} first. Depends on {@code work}, {@code core} and {@code evaluation}.
 */
package dev.facet.trainer.sample;
