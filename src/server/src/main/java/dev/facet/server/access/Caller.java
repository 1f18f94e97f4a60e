package dev.facet.server.access;

import dev.facet.core.access.KeyLimits;
import dev.facet.core.access.Scope;
import dev.facet.runtime.schedule.Allowance;
import dev.facet.runtime.schedule.Client;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Who a request comes from, by the key that it carries. Thread-safe. */
public final class Caller {
    private static final String CONTEXT = "facet.caller";

    private final String name;
    private final boolean known;
    private final Set<Scope> scopes;
    private final KeyLimits limits;
    private final Usage usage;

    private Caller(String name, boolean known, Set<Scope> scopes, KeyLimits limits, Usage usage) {
        this.name = name;
        this.known = known;
        this.scopes = Set.copyOf(scopes);
        this.limits = limits;
        this.usage = usage;
    }

    static Caller known(String name, Set<Scope> scopes, KeyLimits limits, Usage usage) {
        return new Caller(name, true, scopes, limits, usage);
    }

    static Caller stranger(String name, Set<Scope> scopes) {
        return new Caller(name, false, scopes, KeyLimits.NONE, new Usage(System.nanoTime()));
    }

    /** Who a request comes from, once that was looked at. */
    public static Caller of(RoutingContext context) {
        Caller caller = context.get(CONTEXT);
        if (caller == null) {
            throw new IllegalStateException("nobody has looked who calls (bug)");
        }
        return caller;
    }

    /** The same as logs name it, also where nobody has looked yet. */
    public static String name(RoutingContext context) {
        Caller caller = context.get(CONTEXT);
        return caller == null ? "unknown" : caller.name;
    }

    /** Remembers who a request comes from. */
    public void remember(RoutingContext context) {
        context.put(CONTEXT, this);
    }

    /** The name of a known key; else what logs say in its place, {@code none} or {@code unknown}. */
    public String name() {
        return name;
    }

    /** Whether the request carries a key that there is. */
    public boolean isKnown() {
        return known;
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }

    /** Whether the caller may see lists and metadata. */
    public boolean mayRead() {
        return !scopes.isEmpty();
    }

    /**
     * Counts a request.
     *
     * @return when to come again, for one that comes too early and isn't counted
     */
    public Optional<Duration> request() {
        return usage.request(limits, System.nanoTime());
    }

    /** The caller as the queue knows it: by its name, or by its address where it has none. */
    public Client client(HttpServerRequest request) {
        if (!known) {
            return Client.of(
                    request.remoteAddress() == null
                            ? name
                            : request.remoteAddress().hostAddress());
        }
        return new Client("key " + name, new Allowance() {
            @Override
            public void take(long pixels) {
                usage.take(limits, pixels, System.currentTimeMillis());
            }

            @Override
            public void giveBack(long pixels) {
                usage.giveBack(pixels, System.currentTimeMillis());
            }
        });
    }

    /** The headers that tell a client its limits and what is left of them; empty where it has none. */
    public Optional<LimitHeaders> limitHeaders() {
        List<String> policies = new ArrayList<>();
        List<String> left = new ArrayList<>();
        if (limits.perSecond() > 0) {
            long now = System.nanoTime();
            long window = Math.max(1, Math.round(limits.burst() / limits.perSecond()));
            policies.add("\"requests\";q=%d;w=%d".formatted(limits.burst(), window));
            left.add(
                    "\"requests\";r=%d;t=%d".formatted(usage.requestsLeft(limits, now), seconds(usage.untilEven(now))));
        }
        long millis = System.currentTimeMillis();
        if (limits.pixelsPerHour() > 0) {
            add(
                    "pixels-per-hour",
                    limits.pixelsPerHour(),
                    usage.leftOfHour(limits, millis),
                    TimeUnit.HOURS,
                    policies,
                    left);
        }
        if (limits.pixelsPerDay() > 0) {
            add(
                    "pixels-per-day",
                    limits.pixelsPerDay(),
                    usage.leftOfDay(limits, millis),
                    TimeUnit.DAYS,
                    policies,
                    left);
        }
        return policies.isEmpty()
                ? Optional.empty()
                : Optional.of(new LimitHeaders(String.join(", ", policies), String.join(", ", left)));
    }

    private static void add(
            String name, long limit, long rest, TimeUnit period, List<String> policies, List<String> left) {
        long length = period.toMillis(1);
        Duration untilNext = Duration.ofMillis(length - Math.floorMod(System.currentTimeMillis(), length));
        policies.add("\"%s\";q=%d;w=%d".formatted(name, limit, length / 1000));
        left.add("\"%s\";r=%d;t=%d".formatted(name, rest, seconds(untilNext)));
    }

    private static long seconds(Duration duration) {
        return (duration.toMillis() + 999) / 1000;
    }

    /**
     * Limits in the form of the IETF's draft <i>RateLimit header fields for HTTP</i>.
     *
     * @param policy what the limits are, for {@code RateLimit-Policy}
     * @param left what is left, for {@code RateLimit}
     */
    public record LimitHeaders(String policy, String left) {}
}
