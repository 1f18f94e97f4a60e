/**
 * MAT files of level 5, read as trees of values. Read {@link dev.facet.evaluation.mat.MatReader} first. Data sets depend on
 * it; it depends on core's limits of images only.
 */
package dev.facet.evaluation.mat;
