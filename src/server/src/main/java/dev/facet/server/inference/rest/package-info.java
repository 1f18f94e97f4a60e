/**
 * The Open Inference Protocol over HTTP: JSON, and tensors as bytes beside it. Read {@link
 * dev.facet.server.inference.rest.InferenceResource} first. Depends on {@code inference}, {@code image} and {@code response}; nothing
 * depends on it.
 */
package dev.facet.server.inference.rest;
