/**
 * Spans of OpenTelemetry: one for each request of HTTP or gRPC, one for each pack that answers it, and one for each stage. Read {@link
 * dev.facet.server.tracing.Tracing} first; docs/adr/0018 says why it is OpenTelemetry's SDK. {@code http} and {@code observation} depend
 * on it.
 */
package dev.facet.server.tracing;
