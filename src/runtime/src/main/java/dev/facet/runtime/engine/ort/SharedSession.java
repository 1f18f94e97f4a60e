package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facet.runtime.engine.EngineException;

/**
 * A session that packs share.
 *
 * @param session open until {@link #close()}
 * @param label what it was built for, in words
 * @param bankBytes bytes of the bank that it holds
 */
record SharedSession(OrtSession session, String label, long bankBytes) implements AutoCloseable {
    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new EngineException("session can't be closed: %s [%s]".formatted(e.getMessage(), label), e);
        }
    }
}
