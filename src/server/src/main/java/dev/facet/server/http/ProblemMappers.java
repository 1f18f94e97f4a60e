package dev.facet.server.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.facet.core.json.JsonReason;
import dev.facet.core.task.TaskKind;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import dev.facet.server.problem.Problems;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers every failure of a resource with a problem document. */
final class ProblemMappers {
    private static final String CODE = "facet.problem";

    /** The code of the problem that a request was answered with, null where it wasn't. */
    static String code(RoutingContext context) {
        return context.get(CODE);
    }

    @ServerExceptionMapper
    Response any(Throwable failure, RoutingContext context) {
        return response(failure, context).build();
    }

    /** More specific than the framework's own, which answer without a body. */
    @ServerExceptionMapper
    Response web(WebApplicationException failure, RoutingContext context) {
        return response(failure, context).build();
    }

    /** {@code /v1/{task}} matches whatever stands there, so an unknown address looks like a wrong method. */
    @ServerExceptionMapper
    Response method(NotAllowedException failure, RoutingContext context) {
        Optional<String> allowed = AllowedMethods.of(Paths.of(context));
        if (allowed.isEmpty()) {
            return response(
                            new ProblemException(
                                    404,
                                    ProblemCode.NOT_FOUND,
                                    "no such resource; tasks are %s, /q/openapi describes all".formatted(TaskKind.IDS)),
                            context)
                    .build();
        }
        return response(
                        new ProblemException(
                                405,
                                ProblemCode.METHOD_NOT_ALLOWED,
                                "method='%s', expected %s"
                                        .formatted(context.request().method(), allowed.get())),
                        context)
                .header(HttpHeaders.ALLOW, allowed.get())
                .build();
    }

    @ServerExceptionMapper({JacksonException.class, MismatchedInputException.class})
    Response json(JacksonException failure, RoutingContext context) {
        return response(
                        new ProblemException(
                                400,
                                ProblemCode.INVALID_BODY,
                                "body isn't the JSON expected: " + JsonReason.of(failure)),
                        context)
                .build();
    }

    private static Response.ResponseBuilder response(Throwable failure, RoutingContext context) {
        Problem problem = Problems.report(failure, RequestIds.of(context));
        context.put(CODE, problem.code().name());
        ProblemBody body = ProblemBody.of(problem, context);
        Response.ResponseBuilder builder =
                Response.status(problem.status()).type(body.mediaType()).entity(body.document());
        if (problem.status() == 401) {
            builder.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (problem.retryAfterSeconds() > 0) {
            builder.header(HttpHeaders.RETRY_AFTER, problem.retryAfterSeconds());
        }
        return builder;
    }
}
