package dev.facet.server.inference.rest;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** The content codings that answers are compressed by, where {@code Accept-Encoding} asks for one. */
enum AcceptedCoding {
    GZIP,
    DEFLATE;

    private static final int BUFFER = 8 << 10;

    /**
     * The coding that an answer gets.
     *
     * @param header {@code Accept-Encoding}, null where there is none
     * @param ofBytes whether the answer has tensors as bytes: these hardly get smaller, and most clients name several codings without
     *     meaning it, so a coding has to be named alone
     */
    static Optional<AcceptedCoding> of(String header, boolean ofBytes) {
        if (header == null) {
            return Optional.empty();
        }
        AcceptedCoding best = null;
        double bestQuality = 0;
        int named = 0;
        for (String element : header.split(",")) {
            String[] parts = element.strip().toLowerCase(Locale.ROOT).split(";");
            String name = parts[0].strip();
            if (name.isEmpty()) {
                continue;
            }
            named++;
            double quality = parts.length == 1 ? 1 : quality(parts[1].strip());
            AcceptedCoding coding =
                    name.equals("gzip") || name.equals("x-gzip") ? GZIP : name.equals("deflate") ? DEFLATE : null;
            if (coding != null && quality > bestQuality) {
                best = coding;
                bestQuality = quality;
            }
        }
        return ofBytes && named > 1 ? Optional.empty() : Optional.ofNullable(best);
    }

    private static double quality(String parameter) {
        if (!parameter.startsWith("q=")) {
            return 1;
        }
        try {
            return Double.parseDouble(parameter.substring(2));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Its name in {@code Content-Encoding}. */
    String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A stream that compresses, fast rather than well. */
    DeflaterOutputStream encode(OutputStream out) {
        try {
            return this == GZIP ? new FastGzip(out) : new FastDeflate(out);
        } catch (IOException e) {
            throw new UncheckedIOException("compressing into memory failed (bug)", e);
        }
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** The zlib format, with a Deflater that goes with the stream. */
    private static final class FastDeflate extends DeflaterOutputStream {
        FastDeflate(OutputStream out) {
            super(out, new Deflater(Deflater.BEST_SPEED), BUFFER);
        }

        @Override
        public void close() throws IOException {
            super.close();
            def.end();
        }
    }
}
