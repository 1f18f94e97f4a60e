package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facet.runtime.engine.EngineException;

/** A session and the packs that hold it; closed with the last of them. Guarded by the lock of {@link Sessions}. */
final class SharedSession {
    private final OrtSession session;
    private final String label;
    private final long bankBytes;
    private int holders;

    SharedSession(OrtSession session, String label, long bankBytes) {
        this.session = session;
        this.label = label;
        this.bankBytes = bankBytes;
    }

    OrtSession session() {
        return session;
    }

    /** What it was built for, in words. */
    String label() {
        return label;
    }

    /** Bytes of the bank that it holds. */
    long bankBytes() {
        return bankBytes;
    }

    int holders() {
        return holders;
    }

    void hold() {
        holders++;
    }

    /** Whether that was the last holder, and the session is closed now. */
    boolean release() {
        if (--holders > 0) {
            return false;
        }
        try {
            session.close();
        } catch (OrtException e) {
            throw new EngineException("session can't be closed: %s [%s]".formatted(e.getMessage(), label), e);
        }
        return true;
    }
}
