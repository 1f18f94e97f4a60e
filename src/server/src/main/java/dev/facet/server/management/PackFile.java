package dev.facet.server.management;

import dev.facet.runtime.registry.PackView;
import dev.facet.server.http.MediaRange;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;

/** A version's file as an answer, with its digest as {@code ETag}; its description where the client asks for JSON. */
final class PackFile {
    private static final List<String> OFFERS = List.of(MediaType.APPLICATION_OCTET_STREAM, MediaType.APPLICATION_JSON);

    private PackFile() {}

    static String etag(PackView pack) {
        return '"' + pack.digest() + '"';
    }

    static Response response(PackView pack, String accept, String ifNoneMatch) {
        Optional<String> chosen = MediaRange.choose(MediaRange.parse(accept), OFFERS, offer -> offer);
        if (chosen.isEmpty()) {
            return Response.status(Response.Status.NOT_ACCEPTABLE).build();
        }
        if (chosen.get().equals(MediaType.APPLICATION_JSON)) {
            return Response.ok(PackDocument.of(pack), MediaType.APPLICATION_JSON)
                    .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                    .build();
        }
        boolean known = ifNoneMatch != null && (ifNoneMatch.trim().equals("*") || ifNoneMatch.contains(etag(pack)));
        Response.ResponseBuilder builder = known
                ? Response.notModified()
                : Response.ok(pack.file(), MediaType.APPLICATION_OCTET_STREAM)
                        .header(
                                HttpHeaders.CONTENT_DISPOSITION,
                                "attachment; filename=\"%s-%s.safetensors\""
                                        .formatted(pack.id().name(), pack.id().version()))
                        .header(ContentDigest.HEADER, ContentDigest.format(pack.digest()));
        return builder.header(HttpHeaders.ETAG, etag(pack))
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .build();
    }
}
