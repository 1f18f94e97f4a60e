package dev.facet.server.response;

import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;

/** The answer of a resource, which waits until all is sent. */
final class RestOutlet implements Outlet {
    private final ResteasyReactiveRequestContext request;
    private final RoutingContext routing;
    private final ServerHttpResponse response;

    RestOutlet(ResteasyReactiveRequestContext request, RoutingContext routing) {
        this.request = request;
        this.routing = routing;
        this.response = request.serverResponse();
    }

    @Override
    public void onClose(Runnable action) {
        response.addCloseHandler(action);
    }

    @Override
    public void onDrain(Runnable action) {
        response.addDrainHandler(action);
    }

    @Override
    public void write(byte[] chunk, Consumer<Throwable> failed) {
        response.write(chunk, failure -> {
            if (failure != null) {
                failed.accept(failure);
            }
        });
    }

    @Override
    public boolean isFull() {
        return response.isWriteQueueFull();
    }

    @Override
    public void end() {
        response.end();
    }

    @Override
    public void cut() {
        if (routing.request().version() == HttpVersion.HTTP_2) {
            routing.response().reset();
        } else {
            routing.request().connection().close();
        }
    }

    @Override
    public void finished() {
        request.resume();
    }
}
