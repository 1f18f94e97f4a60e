package dev.facet.server.lifecycle;

import dev.facet.server.configuration.SettingFailures;
import dev.facet.server.configuration.StartFailure;
import dev.facet.server.configuration.UnknownSettings;
import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.smallrye.config.ConfigValidationException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.ConfigProvider;

/** The process: it starts the server, and says in a sentence why it can't, without the framework's codes and traces. */
@QuarkusMain
public final class ServerMain {
    /** Says its version before the log is set up. Held, since loggers are kept by weak references. */
    private static final Logger VALIDATOR_LOG = Logger.getLogger("org.hibernate.validator");

    private static final String HOST = "quarkus.http.host";
    private static final String PORT = "quarkus.http.port";

    private ServerMain() {}

    public static void main(String... arguments) {
        VALIDATOR_LOG.setLevel(Level.WARNING);
        List<String> unknown =
                UnknownSettings.describe(System.getenv(), System.getProperties().stringPropertyNames());
        if (!unknown.isEmpty()) {
            print(unknown, System.err);
            System.exit(1);
        }
        Quarkus.run(null, ServerMain::end, arguments);
    }

    private static void end(int status, Throwable failure) {
        if (failure != null) {
            report(failure, System.err);
        }
        System.exit(status);
    }

    /** An unexpected failure is a bug: its trace is told. */
    private static void report(Throwable failure, PrintStream out) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        if (root instanceof PreventFurtherStepsException) {
            return;
        }
        List<String> sentences = sentences(root);
        if (sentences.isEmpty()) {
            failure.printStackTrace(out);
        }
        print(sentences, out);
    }

    private static void print(List<String> sentences, PrintStream out) {
        sentences.forEach(sentence -> out.println(StartFailure.BEGIN + sentence));
    }

    private static List<String> sentences(Throwable root) {
        if (root instanceof StartFailure known) {
            return List.of(known.sentence());
        }
        if (root instanceof ConfigValidationException settings) {
            return SettingFailures.describe(settings, ServerMain::value);
        }
        if (root instanceof QuarkusBindException address) {
            return List.of(unbound(address.getHost(), address.getPort()));
        }
        if (root instanceof UnknownHostException) {
            return List.of("%s: value='%s', expected an address of this machine".formatted(HOST, value(HOST)));
        }
        boolean port = root instanceof IllegalArgumentException
                && root.getMessage() != null
                && root.getMessage().startsWith("port must be");
        return port ? List.of("%s: value='%s', expected 0..65535".formatted(PORT, value(PORT))) : List.of();
    }

    private static String unbound(String host, int port) {
        if (!isOfThisMachine(host)) {
            return "%s: value='%s', expected an address of this machine".formatted(HOST, host);
        }
        return port < 1024 && port > 0
                ? "port %d can't be used: it is taken, or needs more rights; expected another %s".formatted(port, PORT)
                : "port %d is taken, perhaps by another Facet; expected a free %s".formatted(port, PORT);
    }

    private static boolean isOfThisMachine(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (UnknownHostException | SocketException e) {
            return false;
        }
    }

    private static String value(String key) {
        return Optional.ofNullable(
                        ConfigProvider.getConfig().getConfigValue(key).getValue())
                .orElse("");
    }
}
