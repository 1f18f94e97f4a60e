package dev.facet.server.management;

import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header {@code Content-Digest} (RFC 9530): {@code sha-256=:BASE64:}, one member of a dictionary. */
final class ContentDigest {
    static final String HEADER = "Content-Digest";

    private static final int SHA256_BYTES = 32;
    private static final int MAX_LENGTH = 1024;
    private static final Pattern SHA256 = Pattern.compile("(?:^|,)\\s*sha-256=:([A-Za-z0-9+/=]{1,64}):\\s*(?=$|,|;)");

    private ContentDigest() {}

    /**
     * The SHA-256 that a header announces, in lower-case hex; empty where there is no header.
     *
     * @throws ProblemException 400 for a header without one
     */
    static Optional<String> parse(String header) {
        if (header == null) {
            return Optional.empty();
        }
        Matcher matcher = SHA256.matcher(header);
        if (header.length() > MAX_LENGTH || !matcher.find()) {
            throw malformed();
        }
        try {
            byte[] digest = Base64.getDecoder().decode(matcher.group(1));
            if (digest.length != SHA256_BYTES) {
                throw malformed();
            }
            return Optional.of(HexFormat.of().formatHex(digest));
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    /** The header's value for a SHA-256 in hex. */
    static String format(String hex) {
        return "sha-256=:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex)) + ":";
    }

    private static ProblemException malformed() {
        return new ProblemException(
                400,
                ProblemCode.INVALID_HEADER,
                "bad header: Content-Digest, expected sha-256=:BASE64: of the body's 32 bytes");
    }
}
