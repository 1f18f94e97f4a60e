/**
 * Where the photo of a request comes from: a raw body, a multipart form or JSON. Read
 * {@link dev.facet.server.photo.PhotoBody} first. Depends on {@code problem}; resources depend on it.
 */
package dev.facet.server.photo;
