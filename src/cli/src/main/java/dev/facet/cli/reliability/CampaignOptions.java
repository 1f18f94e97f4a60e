package dev.facet.cli.reliability;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a campaign is to do.
 *
 * @param home the repository
 * @param jar {@code quarkus-run.jar} of the server
 * @param bank the filter bank
 * @param packs packs that are served from the start, at least {@code edges}
 * @param seed of all draws
 * @param quick a hundredth of counts and times, to see that the campaign itself works
 * @param soak how long the soak is
 * @param side of the image that is sent in the overload, in pixels
 */
public record CampaignOptions(
        Path home, Path jar, Path bank, List<Path> packs, long seed, boolean quick, Duration soak, int side) {
    private static final Duration SHORTEST = Duration.ofSeconds(3);

    public CampaignOptions {
        packs = List.copyOf(packs);
        if (side < 16 || side > 4096) {
            throw new IllegalArgumentException("side of the image: value=%d, expected=16..4096".formatted(side));
        }
        if (soak.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException(
                    "soak too short: seconds=%d, expected at least 60".formatted(soak.toSeconds()));
        }
    }

    /** That number, or a hundredth of it, but not less than two. */
    int count(int whole) {
        return quick ? Math.max(2, whole / 100) : whole;
    }

    /** That time, or a hundredth of it, but not less than three seconds. */
    Duration time(Duration whole) {
        Duration hundredth = whole.dividedBy(100);
        return !quick ? whole : hundredth.compareTo(SHORTEST) < 0 ? SHORTEST : hundredth;
    }
}
