package dev.facet.server.image;

import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Splits {@code multipart/form-data} (RFC 7578) that is in memory already. Not by Netty's decoder: that takes a form whose end is
 * missing for a whole one, and answers one without a boundary or a name with a NullPointerException.
 */
final class MultipartForm {
    private static final int MAX_PARTS = 32;
    private static final int MAX_HEADERS = 8 << 10;
    private static final int MAX_BOUNDARY = 70;
    private static final String DISPOSITION = "content-disposition:";
    private static final byte[] END_OF_HEADERS = {'\r', '\n', '\r', '\n'};

    /**
     * One field of the form.
     *
     * @param name of the field
     * @param from where its bytes begin in the form
     * @param to where they end
     */
    record Part(String name, int from, int to) {
        int length() {
            return to - from;
        }

        /** A copy of its bytes. */
        byte[] content(byte[] form) {
            return Arrays.copyOfRange(form, from, to);
        }
    }

    private MultipartForm() {}

    static List<Part> parse(String contentType, byte[] body) {
        String name = HeaderParameters.find(contentType, "boundary")
                .filter(boundary -> !boundary.isEmpty() && boundary.length() <= MAX_BOUNDARY)
                .orElseThrow(() -> invalid("Content-Type names no boundary"));
        byte[] delimiter = ("--" + name).getBytes(StandardCharsets.ISO_8859_1);
        byte[] lineAndDelimiter = ("\r\n--" + name).getBytes(StandardCharsets.ISO_8859_1);
        List<Part> parts = new ArrayList<>();
        int at = startsWith(body, 0, delimiter) ? 0 : skip(find(body, lineAndDelimiter, 0), 2);
        while (at >= 0) {
            int next = at + delimiter.length;
            if (next + 1 < body.length && body[next] == '-' && body[next + 1] == '-') {
                return parts;
            }
            int line = endOfLine(body, next);
            int end = find(body, lineAndDelimiter, Math.max(next, line - 2));
            if (line < 0 || end < 0) {
                break;
            }
            if (parts.size() == MAX_PARTS) {
                throw invalid("more than %d parts".formatted(MAX_PARTS));
            }
            parts.add(part(body, line, end));
            at = end + 2;
        }
        throw invalid("the form has no end: is it truncated?");
    }

    /** The part between the line after its delimiter and the line end before the next. */
    private static Part part(byte[] body, int from, int to) {
        int headers = find(body, END_OF_HEADERS, Math.max(0, from - 2));
        if (headers < 0 || headers > to || headers - from > MAX_HEADERS) {
            throw invalid("a part has no headers, or too long ones");
        }
        String text = headers < from ? "" : new String(body, from, headers - from, StandardCharsets.UTF_8);
        String name = text.lines()
                .filter(line -> line.regionMatches(true, 0, DISPOSITION, 0, DISPOSITION.length()))
                .findFirst()
                .flatMap(line -> HeaderParameters.find(line.substring(DISPOSITION.length()), "name"))
                .orElseThrow(() -> invalid("a part has no name"));
        return new Part(name, Math.min(headers + END_OF_HEADERS.length, to), to);
    }

    /** Where the next line begins after optional white space, or −1. */
    private static int endOfLine(byte[] body, int from) {
        int at = from;
        while (at < body.length && (body[at] == ' ' || body[at] == '\t')) {
            at++;
        }
        return at + 1 < body.length && body[at] == '\r' && body[at + 1] == '\n' ? at + 2 : -1;
    }

    private static int skip(int at, int bytes) {
        return at < 0 ? at : at + bytes;
    }

    private static boolean startsWith(byte[] body, int at, byte[] what) {
        return body.length - at >= what.length && Arrays.equals(body, at, at + what.length, what, 0, what.length);
    }

    private static int find(byte[] body, byte[] what, int from) {
        for (int at = from; at <= body.length - what.length; at++) {
            if (body[at] == what[0] && body[at + 1] == what[1] && startsWith(body, at, what)) {
                return at;
            }
        }
        return -1;
    }

    private static ProblemException invalid(String what) {
        return new ProblemException(
                400, ProblemCode.INVALID_BODY, "bad multipart/form-data: %s, expected one part 'file'".formatted(what));
    }
}
