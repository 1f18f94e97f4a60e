/**
 * Where the image of a request comes from: a raw body, a multipart form or JSON. Read
 * {@link dev.facet.server.image.ImageBody} first. Depends on {@code problem} and {@code http}; resources depend on it.
 */
package dev.facet.server.image;
