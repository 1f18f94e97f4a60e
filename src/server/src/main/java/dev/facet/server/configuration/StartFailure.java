package dev.facet.server.configuration;

import dev.facet.core.bank.BankException;
import dev.facet.core.failure.Failures;
import dev.facet.core.pack.PackException;
import dev.facet.runtime.engine.EngineException;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;

/** What an operator has to mend before the server can start, in one sentence, which is all that is printed. */
public final class StartFailure extends ConfigurationException {
    private static final long serialVersionUID = 1;

    /** What every such sentence begins with. */
    public static final String BEGIN = "The server can't start: ";

    private final String sentence;

    /** @param sentence what is wrong, and what was expected */
    public StartFailure(String sentence) {
        super(BEGIN + sentence);
        this.sentence = sentence;
    }

    /** What is wrong, and what was expected. */
    public String sentence() {
        return sentence;
    }

    /** A step of the start. */
    @FunctionalInterface
    public interface Step<T> {
        T run() throws IOException;
    }

    /** What a step gives; its failure explained where it is one of the expected ones. */
    public static <T> T explained(Step<T> step) {
        try {
            return step.run();
        } catch (IOException | RuntimeException e) {
            throw of(e);
        }
    }

    /** The failure in one sentence; an unexpected one is a bug, and stays as it is. */
    public static RuntimeException of(Exception failure) {
        boolean expected = failure instanceof IOException
                || failure instanceof BankException
                || failure instanceof PackException
                || failure instanceof EngineException;
        if (expected) {
            return new StartFailure(Failures.describe(failure));
        }
        return failure instanceof RuntimeException unexpected ? unexpected : new IllegalStateException(failure);
    }
}
