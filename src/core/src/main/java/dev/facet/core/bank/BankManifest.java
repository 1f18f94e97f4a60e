package dev.facet.core.bank;

import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.TensorLayout;
import java.util.Map;
import java.util.Optional;

/**
 * What a bank says of itself, the JSON of {@code __metadata__["facet.bank"]}.
 *
 * @param architecture encoder that it belongs to
 * @param response how its basis was found; empty where W_s is the network's own filters ({@code decomposition: none})
 * @param ranks rows kept, by convolution; only those below full rank
 * @param input normalization that the network expects
 * @param provenance where the network and the images come from, in words
 * @param licence licence of the weights, an SPDX expression where there is one
 */
public record BankManifest(
        Architecture architecture,
        Optional<Response> response,
        Map<String, Integer> ranks,
        Normalization input,
        String provenance,
        String licence) {

    public BankManifest {
        ranks = Map.copyOf(ranks);
        TensorLayout.checkRanks(architecture, ranks);
        checkText("provenance", provenance, 20_000);
        checkText("licence", licence, 2000);
    }

    private static void checkText(String property, String value, int maxLength) {
        if (value.length() > maxLength) {
            throw new IllegalArgumentException(
                    "%s: characters=%d, expected at most %d".formatted(property, value.length(), maxLength));
        }
    }

    /**
     * The responses behind a response decomposition (ECCV 2020, section 3.2).
     *
     * @param images name of the set of images
     * @param imageCount images seen; 0 where the basis was read from a folder, which doesn't say
     * @param positions positions per image and layer that were summed up: {@code all}, a number, or {@code unknown}
     */
    public record Response(String images, int imageCount, String positions) {
        public Response {
            checkText("images", images, 1000);
            if (imageCount < 0) {
                throw new IllegalArgumentException("imageCount: value=%d, expected at least 0".formatted(imageCount));
            }
            if (!positions.matches("all|unknown|[0-9]{1,9}")) {
                throw new IllegalArgumentException(
                        "positions: value='%s', expected 'all', 'unknown' or a number".formatted(positions));
            }
        }

        /** A basis that was read from the reference's files: neither images nor positions are known. */
        public static Response ofFiles(String name) {
            return new Response(name, 0, "unknown");
        }
    }
}
