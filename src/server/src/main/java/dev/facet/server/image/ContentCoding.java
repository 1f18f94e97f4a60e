package dev.facet.server.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** The codings of {@code Content-Encoding} that are read (RFC 9110, 8.4.1). */
enum ContentCoding {
    IDENTITY,
    GZIP,
    DEFLATE;

    /** The names of all, for messages. */
    static final String EXPECTED = "gzip, deflate or none";

    private static final int BUFFER = 8 << 10;
    private static final int ZLIB_METHOD = 8;
    private static final int ZLIB_CHECK = 31;

    /** The coding of a header; empty for one that isn't read. No header is {@link #IDENTITY}. */
    static Optional<ContentCoding> of(String header) {
        String name = header == null ? "" : header.trim().toLowerCase(Locale.ROOT);
        return Optional.ofNullable(
                switch (name) {
                    case "", "identity" -> IDENTITY;
                    case "gzip", "x-gzip" -> GZIP;
                    case "deflate" -> DEFLATE;
                    default -> null;
                });
    }

    /** The decoded stream. */
    InputStream decode(InputStream in) throws IOException {
        return switch (this) {
            case IDENTITY -> in;
            case GZIP -> new GZIPInputStream(in, BUFFER);
            case DEFLATE -> inflate(new BufferedInputStream(in, BUFFER));
        };
    }

    /** Deflate is the zlib format; some clients leave its header out. */
    private static InputStream inflate(BufferedInputStream in) throws IOException {
        in.mark(2);
        int first = in.read();
        int second = in.read();
        in.reset();
        boolean zlib = (first & 0x0F) == ZLIB_METHOD && ((first << 8) + second) % ZLIB_CHECK == 0;
        Inflater inflater = new Inflater(!zlib);
        return new InflaterInputStream(in, inflater, BUFFER) {
            @Override
            public void close() throws IOException {
                super.close();
                inflater.end();
            }
        };
    }
}
