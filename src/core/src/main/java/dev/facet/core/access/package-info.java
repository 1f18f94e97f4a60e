/**
 * Keys of the API: what one looks like ({@link dev.facet.core.access.ApiKey}), and the file that says which keys there are and
 * what each may do ({@link dev.facet.core.access.KeyFile}). Depends on {@code digest} only; the server reads such files, the
 * command line makes their lines.
 */
package dev.facet.core.access;
