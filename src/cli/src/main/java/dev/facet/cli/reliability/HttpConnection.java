package dev.facet.cli.reliability;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An HTTP/1.1 connection of which a trial decides every byte. Not thread-safe. */
final class HttpConnection implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int MAX_HEAD = 64 << 10;
    private static final int MAX_BODY = 256 << 20;

    private final Socket socket;
    private final InputStream in;

    private HttpConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * Connects to this machine.
     *
     * @param readMillis how long one read may last; then it is a {@link java.net.SocketTimeoutException}
     */
    static HttpConnection open(int port, int readMillis) throws IOException {
        return open(port, readMillis, 0, Optional.empty());
    }

    /**
     * The same from another address of this machine, so that the server sees another client, and with a receive buffer of that
     * size in bytes, where it isn't 0.
     */
    static HttpConnection open(int port, int readMillis, int receiveBuffer, Optional<InetAddress> from)
            throws IOException {
        Socket socket = new Socket();
        try {
            if (from.isPresent()) {
                socket.bind(new InetSocketAddress(from.get(), 0));
            }
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(readMillis);
            return new HttpConnection(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The head of a request with a body of that length. */
    static byte[] head(String method, String path, String contentType, long length, String... headers) {
        StringBuilder head = new StringBuilder(
                "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n".formatted(method, path, length));
        if (!contentType.isEmpty()) {
            head.append("Content-Type: ").append(contentType).append("\r\n");
        }
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    void send(byte[] bytes) throws IOException {
        send(bytes, 0, bytes.length);
    }

    void send(byte[] bytes, int offset, int length) throws IOException {
        socket.getOutputStream().write(bytes, offset, length);
    }

    /** Sends no more, and still reads. */
    void finishSending() throws IOException {
        socket.shutdownOutput();
    }

    /**
     * Reads the status line and the headers, and leaves the body.
     *
     * @return empty if the connection ended before
     */
    Optional<Head> readHead() throws IOException {
        String text = readUntilEmptyLine();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String[] lines = text.split("\r\n");
        String[] words = lines[0].split(" ", 3);
        // The version isn't looked at: a server repeats that of the request, damaged as it may be.
        if (words.length < 2 || !words[1].matches("\\d{3}")) {
            throw new IOException("not an answer: status line='%s'".formatted(lines[0]));
        }
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.put(
                        lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip());
            }
        }
        return Optional.of(new Head(Integer.parseInt(words[1]), headers));
    }

    /**
     * What an answer begins with.
     *
     * @param status its status
     * @param headers by their names in lower case; of several of one name the last
     */
    record Head(int status, Map<String, String> headers) {}

    private String readUntilEmptyLine() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            if (bytes.size() >= MAX_HEAD) {
                throw new IOException("head of an answer too long: bytes=%d".formatted(bytes.size()));
            }
            bytes.write(next);
            matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads the body that belongs to that head. */
    byte[] readBody(Head head) throws IOException {
        String length = head.headers().get("content-length");
        if (length != null) {
            return exactly(Long.parseLong(length));
        }
        if ("chunked".equals(head.headers().get("transfer-encoding"))) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int size = chunkSize(); size > 0; size = chunkSize()) {
                bytes.writeBytes(exactly(size));
                exactly(2);
            }
            exactly(2);
            return bytes.toByteArray();
        }
        return in.readNBytes(MAX_BODY);
    }

    private int chunkSize() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.length() > 64) {
                throw new IOException("a chunk without a size: '%s'".formatted(line));
            }
            line.append((char) next);
        }
        return Integer.parseInt(line.toString().strip(), 16);
    }

    private byte[] exactly(long length) throws IOException {
        if (length > MAX_BODY) {
            throw new IOException("answer too long: bytes=%d, expected at most %d".formatted(length, MAX_BODY));
        }
        byte[] bytes = in.readNBytes((int) length);
        if (bytes.length < length) {
            throw new IOException("answer cut off: bytes=%d, announced=%d".formatted(bytes.length, length));
        }
        return bytes;
    }

    /** Breaks the connection off by a reset instead of an orderly end. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
