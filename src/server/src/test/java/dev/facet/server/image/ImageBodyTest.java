package dev.facet.server.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.runtime.schedule.MemoryBudget;
import dev.facet.server.http.ReceivedBody;
import dev.facet.server.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageBodyTest {
    private static final byte[] IMAGE = {(byte) 0xFF, (byte) 0xD8, '\r', '\n', '-', '-', 'x', 0, '\r', '\n'};
    private static final long LIMIT = 100_000;
    private static final String FORM = "multipart/form-data; boundary=x7";

    @Test
    void takesARawBodyAsItIs() {
        assertThat(image("image/jpeg", null, IMAGE)).isEqualTo(IMAGE);
        assertThat(image("IMAGE/PNG; q=1", "identity", IMAGE)).isEqualTo(IMAGE);
        assertThat(image(null, null, IMAGE)).isEqualTo(IMAGE);
    }

    @Test
    void takesTheFileOfAForm() {
        assertThat(image(FORM, null, form("note", "file"))).isEqualTo(IMAGE);
        assertThat(image("multipart/form-data; boundary=\"x7\"", null, form("file")))
                .isEqualTo(IMAGE);
    }

    /** What browsers and libraries write: boundary, and the head of the part with the image. */
    private enum Client {
        CHROME(
                "----WebKitFormBoundary7MA4YWxkTrZu0gW",
                "Content-Disposition: form-data; name=\"file\"; filename=\"a b.jpg\"|Content-Type: image/jpeg"),
        FIREFOX(
                "----geckoformboundary6c1e7d8b40e1",
                "Content-Disposition: form-data; name=\"file\"; filename=\"a%22; name=%22b.jpg\"|Content-Type: image/jpeg"),
        CURL(
                "------------------------d74496d66958873e",
                "Content-Disposition: form-data; name=\"file\"; filename=\"a\\\"b.jpg\"|Content-Type: image/jpeg"),
        REQUESTS("4d3a7c6f0f1e4d0c8a7e", "Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\""),
        REQUESTS_NOT_ASCII(
                "4d3a7c6f0f1e4d0c8a7e", "Content-Disposition: form-data; name=\"file\"; filename*=utf-8''%C3%A4.jpg"),
        AIOHTTP(
                "\"a'b=c?\"",
                "Content-Type: image/jpeg|Content-Disposition: form-data; name=\"file\"; filename=\"ä.jpg\"; filename*=utf-8''%C3%A4.jpg"),
        OKHTTP(
                "9051914041544843365972754266",
                "Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"|Content-Type: image/jpeg|Content-Length: 10"),
        AXIOS(
                "--------------------------735323031399963166993862",
                "Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"|Content-Type: image/jpeg"),
        UNDICI(
                "----formdata-undici-012345678901",
                "Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"|Content-Type: application/octet-stream"),
        DOT_NET(
                "\"0f8fad5b-d9cb-469f-a165-70867728950e\"",
                "Content-Type: image/jpeg|Content-Disposition: form-data; name=file; filename=a.jpg; filename*=utf-8''a.jpg"),
        OTHER_ORDER("x7", "CONTENT-DISPOSITION:form-data;filename=\"a; name=other; b=\\\"c.jpg\" ; NAME=file");

        private final String boundary;
        private final String head;

        Client(String boundary, String head) {
            this.boundary = boundary;
            this.head = head;
        }

        private byte[] form() {
            String delimiter = "--" + boundary.replace("\"", "");
            ByteArrayOutputStream form = new ByteArrayOutputStream();
            form.writeBytes((delimiter + "\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nfile\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            form.writeBytes(
                    (delimiter + "\r\n" + head.replace("|", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            form.writeBytes(IMAGE);
            form.writeBytes(("\r\n" + delimiter + "--\r\n").getBytes(StandardCharsets.UTF_8));
            return form.toByteArray();
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void takesTheFormsOfBrowsersAndLibraries(Client client) {
        assertThat(image("multipart/form-data; charset=utf-8; Boundary=" + client.boundary, null, client.form()))
                .isEqualTo(IMAGE);
    }

    @Test
    void refusesAFormWithoutOneFile() {
        refused(FORM, form("image"), 400);
        refused(FORM, form("file", "file"), 400);
        refused("multipart/form-data", form("file"), 400);
    }

    @Test
    void takesBase64InJson() {
        String value = Base64.getEncoder().encodeToString(IMAGE);
        assertThat(image("application/json; charset=utf-8", null, json("base64", value)))
                .isEqualTo(IMAGE);
        byte[] reversed = "{\"image\":{\"value\":\"%s\",\"type\":\"base64\"}}"
                .formatted(value)
                .getBytes(StandardCharsets.UTF_8);
        assertThat(image("application/json", null, reversed)).isEqualTo(IMAGE);
    }

    @Test
    void refusesOtherJson() {
        for (String body : new String[] {
            "",
            "null",
            "[]",
            "{}",
            "{\"image\":null}",
            "{\"image\":{}}",
            "{\"image\":{\"type\":\"base64\"}}",
            "{\"image\"",
            "{\"image\":{\"type\":\"base64\",\"value\":\"%%%\"}}",
            "{\"image\":{\"type\":\"base64\",\"value\":\"AAAA\"}} 1",
            "{\"image\":{\"type\":\"base64\",\"value\":7}}",
            "{\"image\":{\"type\":\"base64\",\"value\":\"AA\",\"more\":\"\"}}"
        }) {
            refused("application/json", body.getBytes(StandardCharsets.UTF_8), 400);
        }
    }

    @Test
    void fetchesNothing() {
        assertThatThrownBy(() -> image("application/json", null, json("url", "http://localhost/")))
                .hasMessageContaining("fetches nothing");
    }

    @Test
    void refusesOtherTypesAndEncodings() {
        refused("text/plain", IMAGE, 415);
        refused("application/x-www-form-urlencoded", IMAGE, 415);
        assertThatThrownBy(() -> image("image/jpeg", "br", IMAGE)).hasMessageContaining("Content-Encoding");
    }

    @Test
    void inflatesWhatIsCompressed() throws IOException {
        String value = Base64.getEncoder().encodeToString(IMAGE);
        for (String coding : new String[] {"gzip", "x-gzip", "GZIP", "deflate", "raw"}) {
            String header = coding.equals("raw") ? "deflate" : coding;
            assertThat(image("image/jpeg", header, compressed(coding, IMAGE))).isEqualTo(IMAGE);
            assertThat(image(FORM, header, compressed(coding, form("file")))).isEqualTo(IMAGE);
            assertThat(image("application/json", header, compressed(coding, json("base64", value))))
                    .isEqualTo(IMAGE);
        }
        assertThat(image("image/jpeg", "gzip", new byte[0])).isEmpty();
    }

    @Test
    void refusesWhatInflatesToMoreThanABodyMayHave() throws IOException {
        byte[] bomb = compressed("gzip", new byte[(int) ReceivedBody.limit(LIMIT) + 1]);
        assertThat(bomb).hasSizeLessThan(5000);
        assertThatThrownBy(() -> image("image/png", "gzip", bomb))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().status()).isEqualTo(413));
    }

    @Test
    void refusesWhatIsNotCompressedAsItSays() throws IOException {
        byte[] gzip = compressed("gzip", IMAGE);
        for (byte[] body : new byte[][] {IMAGE, Arrays.copyOf(gzip, gzip.length - 9), Arrays.copyOf(gzip, 5)}) {
            for (String coding : new String[] {"gzip", "deflate"}) {
                assertThatThrownBy(() -> image("image/png", coding, body))
                        .isInstanceOfSatisfying(
                                ProblemException.class,
                                e -> assertThat(e.problem().status()).isEqualTo(400));
            }
        }
    }

    @Test
    void takesNoMemoryThatIsNotThere() {
        MemoryBudget memory = new MemoryBudget(20_000, 20_000);
        try (ReceivedBody body = ReceivedBody.of(new byte[15_000], memory)) {
            assertThatThrownBy(() -> ImageBody.image("image/png", null, body, LIMIT))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().status()).isEqualTo(429));
        }
        assertThat(memory.heldBytes()).isZero();
    }

    private static byte[] compressed(String coding, byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean gzip = coding.toLowerCase(Locale.ROOT).endsWith("gzip");
        Deflater deflater = new Deflater(9, coding.equals("raw"));
        try (OutputStream compressing = gzip ? new GZIPOutputStream(out) : new DeflaterOutputStream(out, deflater)) {
            compressing.write(bytes);
        } finally {
            deflater.end();
        }
        return out.toByteArray();
    }

    @Test
    void answersDamagedFormsWithAProblemOrTheirContent() {
        long seed = System.nanoTime();
        System.out.println("damaged forms: seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] form = form("note", "file");
        for (int round = 0; round < 3000; round++) {
            byte[] damaged = Arrays.copyOf(form, random.nextInt(form.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                assertThat(image(FORM, null, damaged)).isNotNull();
            } catch (ProblemException e) {
                assertThat(e.problem().status()).isEqualTo(400);
            }
        }
    }

    private static byte[] image(String contentType, String contentEncoding, byte[] body) {
        MemoryBudget memory = new MemoryBudget(8 << 20, 8 << 20);
        try (ReceivedBody received = ReceivedBody.of(body, memory)) {
            return ImageBody.image(contentType, contentEncoding, received, LIMIT);
        } finally {
            assertThat(memory.heldBytes()).isZero();
        }
    }

    private static void refused(String contentType, byte[] body, int status) {
        assertThatThrownBy(() -> image(contentType, null, body))
                .as(new String(body, StandardCharsets.ISO_8859_1))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().status()).isEqualTo(status));
    }

    private static byte[] json(String type, String value) {
        return "{\"image\":{\"type\":\"%s\",\"value\":\"%s\"}}"
                .formatted(type, value)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] form(String... names) {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        for (String name : names) {
            form.writeBytes(
                    "--x7\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
                            .formatted(name)
                            .getBytes(StandardCharsets.UTF_8));
            form.writeBytes(IMAGE);
            form.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        form.writeBytes("--x7--\r\n".getBytes(StandardCharsets.UTF_8));
        return form.toByteArray();
    }
}
