package dev.facet.server.page;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The page and its files. A browser asks each time whether the page is still the same; what the page names it keeps for a year,
 * since the addresses change with the contents.
 */
@ApplicationScoped
class PageRoutes {
    private static final String ASK_EACH_TIME = "no-cache";
    private static final String KEEP = "public, max-age=31536000, immutable";
    /** The page loads from and talks to this server alone; {@code blob:} is the image that was chosen, and its answer. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src 'self' blob: data:; base-uri 'none'; form-action 'none'";

    void register(@Observes Router router) {
        List<PageFile> files = List.of(
                PageFile.read("facet.css", "text/css; charset=utf-8"),
                PageFile.read("facet.js", "text/javascript; charset=utf-8"),
                PageFile.read("astronaut.jpg", "image/jpeg"));
        for (PageFile file : files) {
            route(router, "/" + file.address()).handler(context -> answer(context, file, KEEP));
        }
        PageFile page = page(files);
        route(router, "/").handler(context -> {
            context.response().putHeader("Content-Security-Policy", POLICY);
            answer(context, page, ASK_EACH_TIME);
        });
    }

    /** The page, with the files' addresses in place of their names. */
    private static PageFile page(List<PageFile> files) {
        PageFile template = PageFile.read("index.html", "text/html; charset=utf-8");
        String text = template.content().toString(StandardCharsets.UTF_8);
        for (PageFile file : files) {
            String name = "\"" + file.name() + "\"";
            if (!text.contains(name)) {
                throw new IllegalStateException("the page names no %s (bug)".formatted(name));
            }
            text = text.replace(name, "\"" + file.address() + "\"");
        }
        return PageFile.of(template.name(), template.type(), text.getBytes(StandardCharsets.UTF_8));
    }

    private static Route route(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    private static void answer(RoutingContext context, PageFile file, String caching) {
        context.response()
                .putHeader("Content-Type", file.type())
                .putHeader("Cache-Control", caching)
                .putHeader("X-Content-Type-Options", "nosniff");
        context.etag(file.digest());
        if (context.isFresh()) {
            context.response().setStatusCode(304).end();
            return;
        }
        // HEAD gets no body, so the length is said here.
        context.response()
                .putHeader("Content-Length", Integer.toString(file.content().length()));
        context.response().end(file.content());
    }
}
