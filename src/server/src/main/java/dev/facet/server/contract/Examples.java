package dev.facet.server.contract;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;

/** The examples of JSON documents in the OpenAPI document, by the name of their schema: {@code examples.json} among the resources. */
final class Examples {
    private final Map<String, Object> bySchema;

    private Examples(Map<String, Object> bySchema) {
        this.bySchema = bySchema;
    }

    static Examples read() {
        try (InputStream in = Examples.class.getResourceAsStream("examples.json")) {
            return new Examples(new ObjectMapper().readValue(in, new TypeReference<>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException("examples.json can't be read (bug)", e);
        }
    }

    /** Gives every document of an operation, asked for or answered, the example of its schema. */
    void complete(Operation operation) {
        if (operation.getRequestBody() != null) {
            complete(operation.getRequestBody().getContent());
        }
        operation.getResponses().getAPIResponses().values().forEach(response -> complete(response.getContent()));
    }

    private void complete(Content content) {
        if (content == null) {
            return;
        }
        for (MediaType type : content.getMediaTypes().values()) {
            if (type.getExample() == null && type.getExamples() == null) {
                schemaName(type.getSchema()).map(bySchema::get).ifPresent(type::setExample);
            }
        }
    }

    private static Optional<String> schemaName(Schema schema) {
        if (schema == null || schema.getRef() == null) {
            return Optional.empty();
        }
        return Optional.of(schema.getRef().substring(schema.getRef().lastIndexOf('/') + 1));
    }
}
