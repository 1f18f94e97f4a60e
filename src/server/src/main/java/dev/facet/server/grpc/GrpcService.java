package dev.facet.server.grpc;

import java.util.Map;

/** The methods of a service. */
public interface GrpcService {
    /** Its name with the package. */
    String name();

    /** Its methods by name. */
    Map<String, GrpcMethod> methods();
}
