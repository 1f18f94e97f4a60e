package dev.facet.runtime.engine.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtSession;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.EngineOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private final Sessions sessions = new Sessions();

    private static SharedSession open() {
        GraphBuilder graph = new GraphBuilder("relu");
        graph.named("Relu", List.of(graph.input("x", 1)), "y");
        graph.output("y", 1);
        OrtSession session = SessionFactory.of(EngineOptions.cpu(1)).open(graph.build(Map.of()));
        return new SharedSession(session, "relu", 4);
    }

    @Test
    void aSessionLivesFromItsFirstHolderToItsLast() {
        SharedSession first = sessions.acquire("key", SessionsTest::open);
        SharedSession second = sessions.acquire("key", () -> {
            throw new AssertionError("built twice");
        });
        assertThat(second).isSameAs(first);
        sessions.release("key");
        assertThat(sessions.report()).singleElement().satisfies(report -> {
            assertThat(report.packs()).isEqualTo(1);
            assertThat(report.bankBytes()).isEqualTo(4);
            assertThat(report.signature()).isEqualTo("relu");
        });
        sessions.release("key");
        assertThat(sessions.report()).isEmpty();
        assertThatThrownBy(() -> first.session().run(Map.of())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aBuildThatFailsLeavesNothing() {
        assertThatThrownBy(() -> sessions.acquire("key", () -> {
                    throw new EngineException("no memory");
                }))
                .isInstanceOf(EngineException.class);
        assertThat(sessions.report()).isEmpty();
    }

    @Test
    void aReleaseWithoutAHoldIsOurOwnFault() {
        assertThatThrownBy(() -> sessions.release("key"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("(bug)");
    }

    @Test
    void aModelThatIsNoneIsAnEngineException() {
        assertThatThrownBy(() -> SessionFactory.of(EngineOptions.cpu(1)).open(new byte[] {1, 2, 3}))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("session can't be opened");
    }
}
