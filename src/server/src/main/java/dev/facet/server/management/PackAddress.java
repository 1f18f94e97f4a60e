package dev.facet.server.management;

import jakarta.ws.rs.PathParam;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** The name of a pack in a path. */
public class PackAddress {
    @Parameter(
            description = "Name of a pack",
            example = "edges",
            schema = @Schema(type = SchemaType.STRING, pattern = Addresses.NAME))
    @PathParam("name")
    String name;

    /** The name, checked. */
    String name() {
        Addresses.checkName(name);
        return name;
    }
}
