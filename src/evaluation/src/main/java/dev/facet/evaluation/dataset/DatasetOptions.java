package dev.facet.evaluation.dataset;

/**
 * What may be chosen about labels of the reference's data sets; the plain layout has no use for it.
 *
 * @param unlabelledIsAClass NYUD's segmentation: whether the value 0 (unlabelled) is class 0 of 41, trained and scored, as
 *     the reference has it; if not it is ignored and the classes 1 … 40 become 0 … 39
 * @param boundaryTruths whether edges come with the maps that the boundary benchmark matches; training has no use for them,
 *     and they take time
 */
public record DatasetOptions(boolean unlabelledIsAClass, boolean boundaryTruths) {
    /** As the reference evaluates: 41 classes, with the maps of the boundary benchmark. */
    public static final DatasetOptions REFERENCE = new DatasetOptions(true, true);
}
