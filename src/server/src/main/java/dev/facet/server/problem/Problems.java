package dev.facet.server.problem;

import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.cancellation.DeadlineExceededException;
import dev.facet.core.image.ImageException;
import dev.facet.core.pack.PackException;
import dev.facet.runtime.prediction.ParameterException;
import dev.facet.runtime.prediction.WrongKindException;
import dev.facet.runtime.registry.PackConflictException;
import dev.facet.runtime.registry.PackUnavailableException;
import dev.facet.runtime.registry.TooManyUploadsException;
import dev.facet.runtime.registry.UnknownPackException;
import dev.facet.runtime.schedule.DrainingException;
import dev.facet.runtime.schedule.QueueFullException;
import dev.facet.runtime.schedule.QuotaExceededException;
import dev.facet.runtime.schedule.TooMuchMemoryException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;

/** The one place where faults of the domain become problems of HTTP. */
public final class Problems {
    private static final Logger LOG = Logger.getLogger(Problems.class);

    private static final long DRAINING_RETRY_MILLIS = 5000;
    private static final long OUT_OF_MEMORY_RETRY_MILLIS = 1000;
    /** Of no standard, but what others use in logs: nobody reads the answer. */
    private static final int CLIENT_CLOSED_REQUEST = 499;

    private Problems() {}

    /**
     * The problem that a failure means to a client, for its answer. What isn't a client's fault is logged, with its trace.
     *
     * @param requestId the request's id, which log and document share
     */
    public static Problem report(Throwable failure, String requestId) {
        Problem problem = of(failure);
        if (problem.code() == ProblemCode.INTERNAL || problem.code() == ProblemCode.OUT_OF_MEMORY) {
            LOG.errorf(unwrapped(failure), "request failed: requestId=%s", requestId);
        }
        return problem;
    }

    /** The problem that a failure means to a client. */
    public static Problem of(Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof ProblemException known) {
            return known.problem();
        }
        if (cause instanceof ImageException image) {
            return ofImage(image);
        }
        if (cause instanceof PackException pack) {
            return ofPack(pack);
        }
        if (cause instanceof UnknownPackException unknown) {
            return new Problem(404, ProblemCode.UNKNOWN_PACK, unknown.getMessage());
        }
        if (cause instanceof PackConflictException conflict) {
            return ofConflict(conflict);
        }
        if (cause instanceof PackUnavailableException unavailable) {
            return new Problem(503, ProblemCode.PACK_UNAVAILABLE, unavailable.getMessage())
                    .with("pack", unavailable.pack())
                    .with(Problem.RETRY_AFTER_MILLIS, unavailable.retryAfter().toMillis());
        }
        if (cause instanceof TooManyUploadsException busy) {
            return new Problem(429, ProblemCode.TOO_MANY_UPLOADS, busy.getMessage())
                    .with(Problem.RETRY_AFTER_MILLIS, busy.retryAfter().toMillis());
        }
        if (cause instanceof WebApplicationException web) {
            return ofStatus(web);
        }
        if (cause instanceof ParameterException parameter) {
            return ProblemException.parameter(parameter.parameter(), parameter.value(), parameter.expected())
                    .problem();
        }
        if (cause instanceof WrongKindException wrong) {
            return new Problem(400, ProblemCode.WRONG_KIND, wrong.getMessage());
        }
        if (cause instanceof OutOfMemoryError) {
            return new Problem(
                            503, ProblemCode.OUT_OF_MEMORY, "the server has no memory left for this request; try again")
                    .with(Problem.RETRY_AFTER_MILLIS, OUT_OF_MEMORY_RETRY_MILLIS);
        }
        Optional<Problem> unscheduled = ofSchedule(cause);
        if (unscheduled.isPresent()) {
            return unscheduled.get();
        }
        return new Problem(
                500, ProblemCode.INTERNAL, "unexpected failure; the server's log has it under the request id");
    }

    private static Problem ofImage(ImageException e) {
        int status = switch (e.fault()) {
            case EMPTY -> 400;
            case UNSUPPORTED_FORMAT -> 415;
            case TOO_MANY_BYTES, TOO_MANY_PIXELS -> 413;
            case CORRUPT -> 422;
        };
        return new Problem(status, ProblemCode.of(e.fault()), e.getMessage());
    }

    private static Problem ofPack(PackException e) {
        int status = switch (e.fault()) {
            case TOO_LARGE -> 413;
            case CONTENT_DIGEST_MISMATCH -> 400;
            default -> 422;
        };
        List<Map<String, String>> errors = e.findings().stream()
                .map(finding -> Map.of("code", finding.fault().name(), "detail", finding.detail()))
                .toList();
        return new Problem(
                status, ProblemCode.of(e.fault()), e.findings().get(0).detail(), Map.of("errors", errors));
    }

    private static Problem ofConflict(PackConflictException e) {
        int status = switch (e.conflict()) {
            case VERSION_EXISTS, TOO_MANY_PACKS, WRONG_KIND, WRONG_VERSION -> 409;
            case PRECONDITION_FAILED -> 412;
        };
        return new Problem(status, ProblemCode.of(e.conflict()), e.getMessage());
    }

    private static Optional<Problem> ofSchedule(Throwable cause) {
        if (cause instanceof QueueFullException full) {
            return Optional.of(new Problem(429, ProblemCode.QUEUE_FULL, full.getMessage())
                    .with(Problem.RETRY_AFTER_MILLIS, full.retryAfter().toMillis()));
        }
        if (cause instanceof QuotaExceededException quota) {
            return Optional.of(ofQuota(quota));
        }
        if (cause instanceof TooMuchMemoryException large) {
            return Optional.of(new Problem(
                            413,
                            ProblemCode.TOO_MUCH_MEMORY,
                            large.getMessage() + "; send a smaller image, ask for less at once, or raise the server's"
                                    + " heap or facet.limits.memory")
                    .with("neededBytes", large.neededBytes())
                    .with("limit", large.limitBytes()));
        }
        if (cause instanceof DeadlineExceededException late) {
            return Optional.of(new Problem(504, ProblemCode.DEADLINE_EXCEEDED, late.getMessage()));
        }
        if (cause instanceof DrainingException draining) {
            return Optional.of(new Problem(503, ProblemCode.DRAINING, draining.getMessage())
                    .with(Problem.RETRY_AFTER_MILLIS, DRAINING_RETRY_MILLIS));
        }
        if (cause instanceof CancelledException cancelled) {
            return Optional.of(new Problem(CLIENT_CLOSED_REQUEST, ProblemCode.CANCELLED, cancelled.getMessage()));
        }
        return Optional.empty();
    }

    private static Problem ofQuota(QuotaExceededException e) {
        Problem problem = new Problem(429, ProblemCode.QUOTA_EXCEEDED, e.getMessage()).with("limit", e.limitPixels());
        return e.retryAfter()
                .map(wait -> problem.with(Problem.RETRY_AFTER_MILLIS, wait.toMillis()))
                .orElse(problem);
    }

    private static Problem ofStatus(WebApplicationException e) {
        Response response = e.getResponse();
        int status = response.getStatus();
        return switch (status) {
            case 404 ->
                new Problem(404, ProblemCode.NOT_FOUND, "no such resource; /q/openapi describes those there are");
            case 405 ->
                new Problem(
                        405,
                        ProblemCode.METHOD_NOT_ALLOWED,
                        "this resource doesn't answer that method; see the header Allow");
            case 406 ->
                new Problem(
                        406, ProblemCode.NOT_ACCEPTABLE, "none of the representations that Accept names is offered");
            case 415 ->
                new Problem(415, ProblemCode.UNSUPPORTED_MEDIA_TYPE, "a body of that Content-Type isn't understood");
            default ->
                new Problem(
                        status < 400 ? 500 : status,
                        status >= 500 || status < 400 ? ProblemCode.INTERNAL : ProblemCode.INVALID_REQUEST,
                        e.getMessage() == null ? "the request isn't understood" : e.getMessage());
        };
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
