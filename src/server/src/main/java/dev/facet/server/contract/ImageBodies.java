package dev.facet.server.contract;

import dev.facet.core.image.PngWriter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.RequestBody;

/** The forms of a request's image, in the OpenAPI document. The JSON example is an image that works. */
final class ImageBodies {
    private static final int SIDE = 48;

    private ImageBodies() {}

    static RequestBody body() {
        Content content = OASFactory.createContent();
        for (String type :
                new String[] {"image/jpeg", "image/png", "image/webp", "image/tiff", "application/octet-stream"}) {
            content.addMediaType(type, OASFactory.createMediaType().schema(Schemas.binary()));
        }
        Schema form = OASFactory.createSchema()
                .addType(Schema.SchemaType.OBJECT)
                .addProperty("file", Schemas.binary().description("The image"))
                .addRequired("file");
        content.addMediaType("multipart/form-data", OASFactory.createMediaType().schema(form));
        content.addMediaType(
                "application/json",
                OASFactory.createMediaType()
                        .schema(Schemas.reference(Schemas.IMAGE))
                        .example(example()));
        return OASFactory.createRequestBody()
                .description("An image: JPEG, PNG, WebP or TIFF, told by its bytes; its EXIF orientation is applied")
                .required(true)
                .content(content);
    }

    private static Map<String, Object> example() {
        Map<String, Object> image = new LinkedHashMap<>();
        image.put("type", "base64");
        image.put("value", Base64.getEncoder().encodeToString(picture()));
        return Map.of("image", image);
    }

    /** An orange disc on blue. */
    private static byte[] picture() {
        byte[] rgb = new byte[SIDE * SIDE * 3];
        int middle = SIDE / 2;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                boolean inside = (x - middle) * (x - middle) + (y - middle) * (y - middle) < 200;
                int color = inside ? 0xE8862C : 0x2C5AA0;
                int at = (y * SIDE + x) * 3;
                rgb[at] = (byte) (color >> 16);
                rgb[at + 1] = (byte) (color >> 8);
                rgb[at + 2] = (byte) color;
            }
        }
        return PngWriter.rgb8(SIDE, SIDE, rgb, Map.of());
    }
}
