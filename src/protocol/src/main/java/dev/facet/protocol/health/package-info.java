/** Messages of gRPC's health checks, generated from {@code health.proto}. The server depends on it; it depends on nothing of ours. */
package dev.facet.protocol.health;
