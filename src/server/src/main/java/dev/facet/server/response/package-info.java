/**
 * Large answers, written as fast as the client reads them. Read {@link dev.facet.server.response.Body} first. Stands alone;
 * resources depend on it.
 */
package dev.facet.server.response;
