/**
 * Images in, pictures out: reading, the input policy, resampling, PNG. Read {@link dev.facet.core.image.InputPolicy} and
 * {@link dev.facet.core.image.Frame} first. It knows no tasks.
 */
package dev.facet.core.image;
