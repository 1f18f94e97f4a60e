package dev.facet.cli.process;

import java.nio.file.Path;
import java.util.List;

/**
 * How a server process is started.
 *
 * @param jar {@code quarkus-run.jar}
 * @param models folder of bank and packs, only read
 * @param threads threads of one engine run
 * @param jvm options of the JVM, for example {@code -Xmx512m}
 * @param settings {@code key=value}
 * @param prefix words before {@code java}, for example {@code taskset -c 1}
 */
public record ServerOptions(
        Path jar, Path models, int threads, List<String> jvm, List<String> settings, List<String> prefix) {
    private static final List<String> FIXED_HEAP = List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");

    public ServerOptions {
        jvm = List.copyOf(jvm);
        settings = List.copyOf(settings);
        prefix = List.copyOf(prefix);
    }

    /**
     * A server with a heap of 512 MB that is touched at the start, so that what grows in the resident set is native memory,
     * and that stops as soon as it is asked to.
     */
    public static ServerOptions measured(Path jar, Path models, int threads) {
        return new ServerOptions(jar, models, threads, FIXED_HEAP, List.of("quarkus.shutdown.delay=0S"), List.of());
    }

    /** The same with other settings. */
    public ServerOptions withSettings(String... more) {
        return new ServerOptions(jar, models, threads, jvm, List.of(more), prefix);
    }

    /** The same, started by a command that takes the rest as its arguments. */
    public ServerOptions startedBy(List<String> words) {
        return new ServerOptions(jar, models, threads, jvm, settings, words);
    }
}
