package dev.facet.server.management;

import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineReport;
import dev.facet.runtime.registry.PackState;
import dev.facet.runtime.registry.PackView;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The filter bank, where it runs, and what it and the packs cost.
 *
 * @param architecture encoder
 * @param fingerprint what packs are bound to
 * @param decomposition {@code none} or {@code response}
 * @param response how the basis was found; null for {@code none}
 * @param input normalization of images
 * @param provenance where it comes from
 * @param licence terms
 * @param device {@code cpu} or {@code cuda:n}
 * @param deviceReason why that device was taken
 * @param memory native memory of everything that answers
 */
@Schema(name = "Bank", description = "The filter bank, where it runs, and what it and the packs cost")
record BankDocument(
        @Schema(examples = "resnet18") String architecture,

        @Schema(description = "each pack names the fingerprint of its bank")
        String fingerprint,

        @Schema(enumeration = {"none", "response"}) String decomposition,
        @Schema(ref = "BankResponse") BankManifest.Response response,
        Normalization input,
        String provenance,
        String licence,
        @Schema(examples = "cpu") String device,
        String deviceReason,
        Memory memory) {

    /**
     * Native memory.
     *
     * @param storedBytes the bank's tensors as stored
     * @param bankBytes the bank, once per session
     * @param packBytes all open packs
     * @param totalBytes bank and packs
     * @param wholeModelsBytes what as many whole models of the same architecture and heads would take
     * @param sessions one entry per session; packs of one signature share one
     * @param packs one entry per open pack; cold ones hold none
     */
    @Schema(name = "BankMemory", description = "Native memory, in bytes")
    record Memory(
            @Schema(description = "the bank's tensors as stored")
            long storedBytes,

            @Schema(description = "the bank, once per session")
            long bankBytes,

            @Schema(description = "all open packs") long packBytes,
            @Schema(description = "bank and packs") long totalBytes,

            @Schema(description = "memory of as many whole models, for comparison")
            long wholeModelsBytes,

            List<Session> sessions,
            List<Pack> packs) {}

    /** One session. */
    @Schema(name = "BankSession")
    record Session(String signature, long bankBytes, int packs) {}

    /** One pack. */
    @Schema(name = "PackMemory")
    record Pack(String name, String version, String plan, long memoryBytes, long wholeModelBytes) {}

    static BankDocument of(Engine engine, List<PackView> views) {
        FilterBank bank = engine.bank();
        BankManifest manifest = bank.manifest();
        EngineReport report = engine.report();
        return new BankDocument(
                manifest.architecture().id(),
                bank.fingerprint(),
                manifest.response().isPresent() ? "response" : "none",
                manifest.response().orElse(null),
                manifest.input(),
                manifest.provenance(),
                manifest.licence(),
                report.device(),
                report.reason(),
                memory(bank, report, views));
    }

    private static Memory memory(FilterBank bank, EngineReport report, List<PackView> views) {
        List<Session> sessions = report.sessions().stream()
                .map(session -> new Session(session.signature(), session.bankBytes(), session.packs()))
                .toList();
        List<Pack> packs = views.stream()
                .filter(view -> view.state() == PackState.OPEN)
                .map(BankDocument::pack)
                .toList();
        long stored =
                bank.tensors().values().stream().mapToLong(Tensor::sizeBytes).sum();
        long bankBytes = sessions.stream().mapToLong(Session::bankBytes).sum();
        long packBytes = packs.stream().mapToLong(Pack::memoryBytes).sum();
        long whole = packs.stream().mapToLong(Pack::wholeModelBytes).sum();
        return new Memory(stored, bankBytes, packBytes, bankBytes + packBytes, whole, sessions, packs);
    }

    private static Pack pack(PackView view) {
        return new Pack(
                view.id().name(),
                view.id().version(),
                view.plan().id(),
                view.sizeBytes(),
                wholeModelBytes(view.manifest()));
    }

    /** Bytes of a network with the same encoder and head and convolutions of its own, fp32. */
    private static long wholeModelBytes(PackManifest manifest) {
        long elements = TensorLayout.pack(
                        manifest.architecture(),
                        Modulation.NONE,
                        Stage.CONV1,
                        Map.of(),
                        manifest.decoder(),
                        manifest.task().outputs())
                .values()
                .stream()
                .mapToLong(shape -> shape.elements())
                .sum();
        return elements * Float.BYTES;
    }
}
