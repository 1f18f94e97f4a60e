/**
 * The page at {@code /} for people with a browser; it uses the API as any client does. Read
 * {@link dev.facet.server.page.PageRoutes} first, then {@code index.html} and {@code facet.js} among the resources. Depends on
 * core only; nothing depends on it.
 */
package dev.facet.server.page;
