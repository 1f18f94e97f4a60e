package dev.facet.server.image;

import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits {@code multipart/form-data} (RFC 7578) that is in memory already. Not by Netty's decoder: that takes a form whose end is
 * missing for a whole one, and answers one without a boundary or a name with a NullPointerException.
 */
final class MultipartForm {
    private static final int MAX_PARTS = 32;
    private static final int MAX_HEADERS = 8 << 10;
    private static final Pattern BOUNDARY =
            Pattern.compile(";\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile(
            "^content-disposition:\\s*form-data\\b[^\\r\\n]*?;\\s*name=(?:\"([^\"\\r\\n]*)\"|([^\\s;\"]+))",
            Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
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
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            throw invalid("Content-Type names no boundary");
        }
        String name = boundary.group(1) != null ? boundary.group(1) : boundary.group(2);
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
        Matcher name = NAME.matcher(text);
        if (!name.find()) {
            throw invalid("a part has no name");
        }
        int content = Math.min(headers + END_OF_HEADERS.length, to);
        return new Part(name.group(1) != null ? name.group(1) : name.group(2), content, to);
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
