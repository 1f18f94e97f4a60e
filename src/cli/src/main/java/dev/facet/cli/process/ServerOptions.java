package dev.facet.cli.process;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a server process is started.
 *
 * @param jar {@code quarkus-run.jar}
 * @param models folder of bank and packs, only read
 * @param threads threads of one engine run
 * @param jvm options of the JVM, for example {@code -Xmx512m}
 * @param settings {@code key=value}
 * @param environment variables beside those of this process
 * @param prefix words before {@code java}, for example {@code taskset -c 1}
 */
public record ServerOptions(
        Path jar,
        Path models,
        int threads,
        List<String> jvm,
        List<String> settings,
        Map<String, String> environment,
        List<String> prefix) {
    /** A heap of 512 MB that is touched at the start. */
    public static final List<String> FIXED_HEAP = List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");

    public ServerOptions {
        jvm = List.copyOf(jvm);
        settings = List.copyOf(settings);
        environment = Map.copyOf(environment);
        prefix = List.copyOf(prefix);
    }

    /**
     * A server with a heap of 512 MB that is touched at the start, so that what grows in the resident set is native memory,
     * and that stops as soon as it is asked to.
     */
    public static ServerOptions measured(Path jar, Path models, int threads) {
        return new ServerOptions(
                jar, models, threads, FIXED_HEAP, List.of("quarkus.shutdown.delay=0S"), Map.of(), List.of());
    }

    /** The same with other settings. */
    public ServerOptions withSettings(String... more) {
        return new ServerOptions(jar, models, threads, jvm, List.of(more), environment, prefix);
    }

    /** The same with an environment variable more, which a server that doesn't know it ignores. */
    public ServerOptions withVariable(String name, String value) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put(name, value);
        return new ServerOptions(jar, models, threads, jvm, settings, variables, prefix);
    }

    /** The same without that environment variable. */
    public ServerOptions withoutVariable(String name) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.remove(name);
        return new ServerOptions(jar, models, threads, jvm, settings, variables, prefix);
    }

    /** The same, started by a command that takes the rest as its arguments. */
    public ServerOptions startedBy(List<String> words) {
        return new ServerOptions(jar, models, threads, jvm, settings, environment, words);
    }
}
