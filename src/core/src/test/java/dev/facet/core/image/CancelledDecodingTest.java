package dev.facet.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.cancellation.DeadlineExceededException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class CancelledDecodingTest {
    private static final int SIDE = 5000;

    @ParameterizedTest
    @ValueSource(strings = {"plain.jpg", "alpha.png", "lossy.webp", "lossless.webp"})
    void nothingIsDecodedForNobody(String name) {
        Cancellation cancellation = Cancellation.withoutDeadline();
        cancellation.cancel();
        assertThatThrownBy(() -> ImageDecoder.read(Pictures.stored(name), ImageLimits.DEFAULT, cancellation))
                .isInstanceOf(CancelledException.class);
        assertThatThrownBy(() -> ImageDecoder.read(
                        Pictures.stored(name), ImageLimits.DEFAULT, Cancellation.after(Duration.ZERO)))
                .isInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void aDecoderThatTakesTooLongEnds() {
        byte[] noise = new byte[SIDE * SIDE];
        new Random(1).nextBytes(noise);
        byte[] png = PngWriter.grey8(SIDE, SIDE, noise, Map.of());
        long begin = System.nanoTime();
        ImageDecoder.read(png, ImageLimits.DEFAULT);
        long whole = System.nanoTime() - begin;
        // A tenth of what it takes: even a machine that is busy meanwhile doesn't decode it by then.
        Cancellation deadline = Cancellation.after(Duration.ofNanos(whole / 10));
        assertThatThrownBy(() -> ImageDecoder.read(png, ImageLimits.DEFAULT, deadline))
                .isInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void cancellingEndsAReadingUnderWay() throws InterruptedException {
        byte[] png = PngWriter.grey8(SIDE, SIDE, new byte[SIDE * SIDE], Map.of());
        for (int attempt = 0; attempt < 20; attempt++) {
            Cancellation cancellation = Cancellation.withoutDeadline();
            Thread client = new Thread(() -> {
                try {
                    TimeUnit.MILLISECONDS.sleep(5);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                cancellation.cancel();
            });
            client.start();
            try {
                ImageDecoder.read(png, ImageLimits.DEFAULT, cancellation);
            } catch (CancelledException e) {
                return;
            } finally {
                client.join();
            }
        }
        throw new AssertionError("never cancelled within 20 images");
    }

    @Test
    void memoryThatIsNotThereIsNoFaultOfTheImage() {
        OutOfMemoryError exhausted = new OutOfMemoryError("Java heap space");
        assertThatThrownBy(() -> ImageDecoder.decodingFailed(new IOException("wrapped", exhausted)))
                .isSameAs(exhausted);
        assertThat(ImageDecoder.decodingFailed(new StackOverflowError()).fault())
                .isEqualTo(ImageFault.CORRUPT);
    }
}
