/**
 * Errors as RFC 9457 problem documents. Read {@link dev.facet.server.problem.Problem} and
 * {@link dev.facet.server.problem.Problems} first. Every package of the server may depend on it.
 */
package dev.facet.server.problem;
