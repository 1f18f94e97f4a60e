package dev.facet.server.contract;

import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.parameters.RequestBody;

/**
 * The request's image in the OpenAPI document: the file's bytes, whatever its type. The other forms that the server takes, multipart
 * and JSON, aren't in the document: generators make one parameter of a body that has one form, and nothing useful of one that has
 * several.
 */
final class ImageBodies {
    private static final String NAME = "Image";

    private ImageBodies() {}

    static void addTo(OpenAPI document) {
        Content content = OASFactory.createContent();
        for (String type :
                new String[] {"image/jpeg", "image/png", "image/webp", "image/tiff", "application/octet-stream"}) {
            content.addMediaType(type, OASFactory.createMediaType().schema(Schemas.binary()));
        }
        document.getComponents()
                .addRequestBody(
                        NAME,
                        OASFactory.createRequestBody()
                                .description(
                                        "The bytes of an image's file: JPEG, PNG, WebP or TIFF. The server tells them apart by the bytes, not by "
                                                + "the type, and applies their EXIF orientation.")
                                .required(true)
                                .content(content));
    }

    static RequestBody body() {
        return OASFactory.createRequestBody().ref("#/components/requestBodies/" + NAME);
    }
}
