/**
 * Algebra that merges neighbouring linear maps: modulators into filters, norms into convolutions. Read {@link
 * dev.facet.core.folding.BankFolding} and {@link dev.facet.core.folding.PackFolding}. Depends on {@code bank} and {@code
 * pack}.
 */
package dev.facet.core.folding;
