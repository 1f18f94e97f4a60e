package dev.facet.server.inference;

import dev.facet.server.problem.ProblemException;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of a request, an input or an output: texts, whole numbers, fractions and truth values by name. One that isn't known is
 * refused, since a misspelt one would go unnoticed; those that are reserved for others' servers and change no answer are left out.
 *
 * @param values {@link String}, {@link Long}, {@link Double} or {@link Boolean}
 */
public record Parameters(Map<String, Object> values) {
    /** No parameters. */
    public static final Parameters NONE = new Parameters(Map.of());

    /** The parameter of a request that says that all outputs come as bytes. */
    public static final String BINARY_DATA_OUTPUT = "binary_data_output";

    /** The parameter of an output that says that it comes as bytes. */
    public static final String BINARY_DATA = "binary_data";

    /** The parameter of a tensor with the size of its bytes. */
    public static final String BINARY_DATA_SIZE = "binary_data_size";

    private static final String TIMEOUT = "timeout";
    private static final String PRIORITY = "priority";
    private static final String OF_OTHER_SERVERS = "triton_";
    private static final Set<String> IGNORED = Set.of("headers", "content_type");
    private static final int LOWEST_PRIORITY = 1000;

    public Parameters {
        Map<String, Object> known = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (!IGNORED.contains(name) && !name.startsWith(OF_OTHER_SERVERS)) {
                known.put(name, value);
            }
        });
        values = Map.copyOf(known);
    }

    /**
     * A truth value, if it is given.
     *
     * @throws ProblemException 400 for a value that is none
     */
    public Optional<Boolean> flag(String name) {
        Object value = values.get(name);
        if (value == null || value instanceof Boolean) {
            return Optional.ofNullable((Boolean) value);
        }
        throw ProblemException.parameter(name, value.toString(), "true|false");
    }

    /**
     * A whole number from 0 on, if it is given.
     *
     * @throws ProblemException 400 for a value that is none
     */
    public Optional<Long> count(String name) {
        Object value = values.get(name);
        if (value == null || value instanceof Long number && number >= 0) {
            return Optional.ofNullable((Long) value);
        }
        throw ProblemException.parameter(name, value.toString(), "a whole number from 0 on");
    }

    /** @throws ProblemException 400 for one that isn't among those */
    public void checkNames(Set<String> known) {
        for (Map.Entry<String, Object> parameter : values.entrySet()) {
            if (!known.contains(parameter.getKey())) {
                throw ProblemException.parameter(
                        parameter.getKey(),
                        parameter.getValue().toString(),
                        known.isEmpty()
                                ? "no parameters here"
                                : "only "
                                        + String.join(
                                                ", ", known.stream().sorted().toList()));
            }
        }
    }

    /** The names that every request may have. */
    static Set<String> ofRequests() {
        return Set.of(TIMEOUT, PRIORITY, BINARY_DATA_OUTPUT);
    }

    /** How long an answer may take, in the protocol's microseconds; at most {@code longest}, which 0 stands for. */
    Duration timeout(Duration longest) {
        long micros = count(TIMEOUT).orElse(0L);
        // Compared in microseconds: larger numbers overflow nanoseconds.
        return micros == 0 || micros >= longest.toNanos() / 1000 ? longest : Duration.ofNanos(micros * 1000);
    }

    /** 1 is the highest; 0 waits behind all others. */
    int priority() {
        return (int) Math.min(LOWEST_PRIORITY, count(PRIORITY).orElse(0L));
    }

    /** All but those of {@link #ofRequests()}, as the parameters of an address. */
    MultiMap query() {
        MultiMap query = MultiMap.caseInsensitiveMultiMap();
        values.forEach((name, value) -> {
            if (!ofRequests().contains(name)) {
                query.set(name, value.toString());
            }
        });
        return query;
    }
}
