package dev.facet.server.prediction;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class FuzzedImagesTest {
    private static final int ROUNDS = 150;

    @Test
    void damagedImagesAreRefusedOrAnsweredAndNeverAFailureOfTheServer() {
        long seed = Long.getLong("facet.fuzz.seed", System.nanoTime());
        System.out.println("damaged images: -Dfacet.fuzz.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        byte[][] images = {Images.image("jpg", 24, 32, 3), Images.image("png", 24, 32, 4)};
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = damage(images[round % images.length], random);
            int status = given().body(damaged)
                    .contentType("image/jpeg")
                    .post("/v1/edges")
                    .statusCode();
            assertThat(status).as("round %d of seed %d", round, seed).isIn(200, 400, 413, 415, 422);
        }
    }

    private static byte[] damage(byte[] image, SplittableRandom random) {
        byte[] damaged = random.nextInt(3) == 0 ? Arrays.copyOf(image, random.nextInt(image.length)) : image.clone();
        for (int flips = random.nextInt(5); flips > 0 && damaged.length > 0; flips--) {
            // Half of the flips hit the header, where they hurt most.
            int range = random.nextBoolean() ? Math.min(damaged.length, 64) : damaged.length;
            damaged[random.nextInt(range)] ^= (byte) (1 << random.nextInt(8));
        }
        return damaged;
    }
}
