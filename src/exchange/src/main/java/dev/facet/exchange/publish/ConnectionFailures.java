package dev.facet.exchange.publish;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Why a server gave no answer, and what to do, in a sentence for people. */
final class ConnectionFailures {
    private ConnectionFailures() {}

    /** @param secure whether the address is https */
    static String describe(IOException failure, boolean secure) {
        if (failure instanceof HttpConnectTimeoutException) {
            return secure
                    ? "no secure connection in time; are host and port right, and is it https there?"
                    : "no connection in time; are host and port right, and does a firewall let it through?";
        }
        if (failure instanceof HttpTimeoutException) {
            return "no answer in time; is the server busy? Wait longer, or try again later";
        }
        if (failure instanceof SSLException) {
            return describeTls(failure);
        }
        if (failure instanceof ConnectException) {
            return describeConnect(failure);
        }
        String reason = failure.getMessage();
        if (failure instanceof ProtocolException || (reason != null && reason.startsWith("parsing HTTP"))) {
            // A server of TLS says so in TLS, if it says anything.
            return "what answers there isn't an HTTP server: expected the port of a Facet server"
                    + (secure ? "" : "; is it https:// there?");
        }
        if (hungUp(reason) || find(failure, EOFException.class).isPresent()) {
            return secure
                    ? "the server closed the connection without an answer; does it want a certificate of the client's?"
                    : "the server closed the connection without an answer; is it https:// there?";
        }
        return reason == null ? "the connection ended" : "no answer: " + reason;
    }

    /** Whether the server ended the connection; what it had not read then decides in which words the system says so. */
    private static boolean hungUp(String reason) {
        return reason != null
                && (reason.endsWith("header parser received no bytes")
                        || reason.startsWith("Connection reset")
                        || reason.startsWith("Broken pipe"));
    }

    private static String describeConnect(IOException failure) {
        if (find(failure, UnresolvedAddressException.class).isPresent()) {
            return "no such host; is its name right?";
        }
        String reason = failure.getMessage();
        return reason == null || reason.startsWith("Connection refused")
                ? "nobody listens there; is the server running?"
                : "no connection: " + reason;
    }

    private static String describeTls(IOException failure) {
        Optional<? extends CertificateException> dates = find(failure, CertificateExpiredException.class);
        if (dates.isEmpty()) {
            dates = find(failure, CertificateNotYetValidException.class);
        }
        if (dates.isPresent()) {
            return "the server's certificate isn't valid today (%s): renew it, or set this machine's clock"
                    .formatted(dates.get().getMessage());
        }
        if (find(failure, CertPathBuilderException.class).isPresent()) {
            return "the server's certificate is of no authority that Java knows: put the authority's certificate into a trust"
                    + " store (keytool -importcert -file CA.pem -keystore trust.p12) and name that by"
                    + " JAVA_OPTS=-Djavax.net.ssl.trustStore=trust.p12";
        }
        String reason = failure.getMessage() == null ? "no reason given" : failure.getMessage();
        if (find(failure, CertificateException.class).isPresent()) {
            return "the server's certificate can't be trusted: %s; expected one for the host name of the address"
                    .formatted(reason.replaceAll("\\.$", ""));
        }
        if (reason.startsWith("Unsupported or unrecognized SSL message") || reason.contains("plaintext connection")) {
            return "the server doesn't speak TLS at this port: expected http:// in place of https://, or another port";
        }
        if (reason.contains("protocol_version")
                || reason.contains("handshake_failure")
                || reason.contains("not accepted by client")) {
            return "the server has no TLS version or cipher that Java takes: expected TLS 1.2 or 1.3 (%s)"
                    .formatted(reason);
        }
        if (reason.contains("certificate")) {
            return "the server wants a certificate of the client's, which publish doesn't send (%s)".formatted(reason);
        }
        return "no secure connection: " + reason;
    }

    private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }
}
