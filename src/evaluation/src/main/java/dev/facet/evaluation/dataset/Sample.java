package dev.facet.evaluation.dataset;

import dev.facet.core.image.Raster;

/**
 * One image of a data set with its label, both of one size.
 *
 * @param id name of the image in its data set
 */
public record Sample(String id, Raster photo, Label label) {}
