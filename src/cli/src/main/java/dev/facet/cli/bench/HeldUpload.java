package dev.facet.cli.bench;

import dev.facet.cli.process.ServerProcess;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An upload whose last byte is sent when its sender says so. */
final class HeldUpload implements AutoCloseable {
    private final Socket socket;
    private final byte[] body;

    private HeldUpload(Socket socket, byte[] body) {
        this.socket = socket;
        this.body = body;
    }

    /** Sends all but the last byte. */
    static HeldUpload begin(ServerProcess server, String path, byte[] body) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(120_000);
            OutputStream out = socket.getOutputStream();
            String head =
                    "PUT %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n"
                                    .formatted(path, server.port(), body.length)
                            + "Authorization: Bearer " + server.key() + "\r\nConnection: close\r\n\r\n";
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(body, 0, body.length - 1);
            out.flush();
            return new HeldUpload(socket, body);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends the last byte and waits for the answer; anything but 2xx is a failure. */
    void finish() throws IOException {
        socket.getOutputStream().write(body, body.length - 1, 1);
        InputStream in = new BufferedInputStream(socket.getInputStream());
        String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        if (!answer.matches("(?s)HTTP/1\\.1 2\\d\\d.*")) {
            throw new IOException("the server refused the upload: " + answer);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
