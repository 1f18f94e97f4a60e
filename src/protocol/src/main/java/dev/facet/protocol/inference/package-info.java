/**
 * Messages of the Open Inference Protocol, generated from {@code inference.proto}. Read {@code ModelInferRequest} first. The server
 * depends on it; it depends on nothing of ours.
 */
package dev.facet.protocol.inference;
