package dev.facet.server.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.facet.core.encoding.Content;
import dev.facet.core.encoding.Encoded;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The forms of an answer that has several parts, the default first. */
public enum Bundle {
    /** {@code multipart/mixed}: one part per pack, with its headers. */
    MULTIPART("multipart/mixed", "multipart") {
        @Override
        public Encoded write(List<Part> parts) {
            String boundary = "facet-" + UUID.randomUUID();
            ByteArrayOutputStream out = new ByteArrayOutputStream(size(parts));
            for (Part part : parts) {
                StringBuilder head = new StringBuilder("--").append(boundary).append("\r\n");
                byte[] content;
                if (part instanceof Part.Answered answered) {
                    content = answered.content().content().toBytes();
                    head.append("Content-Type: ")
                            .append(answered.content().mediaType())
                            .append("\r\n");
                    headers(answered)
                            .forEach((name, value) ->
                                    head.append(name).append(": ").append(value).append("\r\n"));
                } else {
                    content = ((Part.Failed) part).document();
                    head.append("Content-Type: application/problem+json\r\n");
                }
                head.append("Content-Disposition: attachment; name=\"")
                        .append(part.name())
                        .append("\"; filename=\"")
                        .append(fileName(part))
                        .append("\"\r\nContent-Length: ")
                        .append(content.length)
                        .append("\r\n\r\n");
                out.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
                out.writeBytes(content);
                out.writeBytes(new byte[] {'\r', '\n'});
            }
            out.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
            return new Encoded("multipart/mixed; boundary=" + boundary, Content.of(out.toByteArray()), Map.of());
        }
    },
    /** {@code application/zip}: one file per pack, and {@code facet.json}, which says what each is. */
    ZIP("application/zip", "zip") {
        @Override
        public Encoded write(List<Part> parts) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(size(parts));
            try (ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
                for (Part part : parts) {
                    boolean compressed = part instanceof Part.Answered answered
                            && answered.content().mediaType().startsWith("image/");
                    zip.setLevel(compressed ? Deflater.NO_COMPRESSION : Deflater.BEST_SPEED);
                    entry(zip, fileName(part), content(part));
                }
                zip.setLevel(Deflater.BEST_SPEED);
                entry(zip, "facet.json", json(parts, false));
            } catch (IOException e) {
                throw new UncheckedIOException("a ZIP in memory can't be written (bug)", e);
            }
            return new Encoded(mediaType(), Content.of(out.toByteArray()), Map.of());
        }
    },
    /** {@code application/json}: predictions as JSON, or in base64. */
    JSON("application/json", "json") {
        @Override
        public Encoded write(List<Part> parts) {
            return new Encoded(mediaType(), Content.of(json(parts, true)), Map.of());
        }
    };

    private static final LocalDateTime ZIP_EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);
    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final String mediaType;
    private final String suffix;

    Bundle(String mediaType, String suffix) {
        this.mediaType = mediaType;
        this.suffix = suffix;
    }

    /** What {@code Accept} names. */
    public String mediaType() {
        return mediaType;
    }

    /** The ending of its own address, without dot. */
    public String suffix() {
        return suffix;
    }

    /** All parts in one. */
    public abstract Encoded write(List<Part> parts);

    static String fileName(Part part) {
        return part.name().replace('@', '-')
                + (part instanceof Part.Answered answered ? "." + answered.suffix() : ".problem.json");
    }

    private static byte[] content(Part part) {
        return part instanceof Part.Answered answered
                ? answered.content().content().toBytes()
                : ((Part.Failed) part).document();
    }

    private static int size(List<Part> parts) {
        long size = 1024;
        for (Part part : parts) {
            size += 1024L
                    + (part instanceof Part.Answered answered
                            ? answered.content().content().length()
                            : ((Part.Failed) part).document().length);
        }
        return (int) Math.min(size, Integer.MAX_VALUE - 16);
    }

    private static Map<String, String> headers(Part.Answered part) {
        Map<String, String> headers = new TreeMap<>(part.headers());
        headers.putAll(part.content().headers());
        return headers;
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(ZIP_EPOCH);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] json(List<Part> parts, boolean withContent) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(withContent ? size(parts) / 3 * 4 : 4096);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeArrayFieldStart("parts");
            for (Part part : parts) {
                json.writeStartObject();
                json.writeStringField("name", part.name());
                if (part instanceof Part.Answered answered) {
                    answered(json, answered, withContent);
                } else {
                    json.writeFieldName("problem");
                    json.writeRawValue(new String(((Part.Failed) part).document(), StandardCharsets.UTF_8));
                }
                if (!withContent) {
                    json.writeStringField("file", fileName(part));
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("JSON in memory can't be written (bug)", e);
        }
        return out.toByteArray();
    }

    private static void answered(JsonGenerator json, Part.Answered part, boolean withContent) throws IOException {
        json.writeStringField("mediaType", part.content().mediaType());
        json.writeObjectFieldStart("headers");
        for (Map.Entry<String, String> header : headers(part).entrySet()) {
            json.writeStringField(header.getKey(), header.getValue());
        }
        json.writeEndObject();
        if (!withContent) {
            return;
        }
        if (part.content().mediaType().equals("application/json")) {
            json.writeFieldName("prediction");
            json.writeRawValue(new String(part.content().content().toBytes(), StandardCharsets.UTF_8));
        } else {
            json.writeFieldName("base64");
            json.writeBinary(part.content().content().toBytes());
        }
    }
}
