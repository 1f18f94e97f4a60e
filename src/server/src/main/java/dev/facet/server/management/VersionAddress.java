package dev.facet.server.management;

import dev.facet.runtime.registry.PackId;
import jakarta.ws.rs.PathParam;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** The name and version of a pack in a path. */
public class VersionAddress {
    @Parameter(
            description = "Name of a pack",
            example = "edges",
            schema = @Schema(type = SchemaType.STRING, pattern = Addresses.NAME))
    @PathParam("name")
    String name;

    @Parameter(
            description = "Version of a pack",
            example = "1",
            schema = @Schema(type = SchemaType.STRING, pattern = Addresses.VERSION))
    @PathParam("version")
    String version;

    /** Both, checked. */
    PackId id() {
        return Addresses.id(name, version);
    }
}
