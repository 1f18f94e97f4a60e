package dev.facet.server.page;

import dev.facet.core.digest.Sha256;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A file of the page, under an address that names its content: another content has another address, so no cache answers with an
 * old one.
 *
 * @param name its name among the resources
 * @param type its media type
 * @param content its bytes
 * @param digest SHA-256 of them, lower-case hex
 */
record PageFile(String name, String type, Buffer content, String digest) {
    private static final int DIGITS = 16;

    static PageFile of(String name, String type, byte[] content) {
        return new PageFile(name, type, Buffer.buffer(content), Sha256.hex(content));
    }

    /** Reads a resource of this package. */
    static PageFile read(String name, String type) {
        try (InputStream resource = PageFile.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("a file of the page is missing: name=%s (bug)".formatted(name));
            }
            return of(name, type, resource.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its address, as the page names it: relative, so that the page may lie under a proxy's prefix. */
    String address() {
        int dot = name.lastIndexOf('.');
        return "page/%s-%s%s".formatted(name.substring(0, dot), digest.substring(0, DIGITS), name.substring(dot));
    }
}
