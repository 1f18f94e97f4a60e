/** Tells people how far long work is. Read {@link dev.facet.core.progress.ProgressLine}. Depends on nothing. */
package dev.facet.core.progress;
