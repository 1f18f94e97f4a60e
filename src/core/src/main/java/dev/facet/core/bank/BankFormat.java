package dev.facet.core.bank;

import dev.facet.core.image.Normalization;
import dev.facet.core.json.StrictJson;
import dev.facet.core.network.Architecture;
import java.util.Map;
import java.util.Optional;

/**
 * The bank format, version 1: a safetensors file whose {@code __metadata__["facet.bank"]} is this JSON.
 *
 * <pre>
 * {"format":1,"architecture":"resnet18","decomposition":"none"|"response","response":null|{"images","imageCount","positions"},
 *  "ranks":{"layer1.0.conv1":48,…},"input":{"mean":[…],"std":[…]},"provenance":"…","licence":"…"}
 * </pre>
 */
final class BankFormat {
    static final String METADATA_KEY = "facet.bank";
    static final int VERSION = 1;

    private BankFormat() {}

    private record Document(
            int format,
            Architecture architecture,
            String decomposition,
            Optional<BankManifest.Response> response,
            Map<String, Integer> ranks,
            Normalization input,
            String provenance,
            String licence) {}

    static String toJson(BankManifest manifest) {
        return StrictJson.write(new Document(
                VERSION,
                manifest.architecture(),
                manifest.response().isPresent() ? "response" : "none",
                manifest.response(),
                manifest.ranks(),
                manifest.input(),
                manifest.provenance(),
                manifest.licence()));
    }

    static BankManifest fromJson(String json) {
        Document document;
        try {
            document = StrictJson.read(json, Document.class);
        } catch (IllegalArgumentException e) {
            throw new BankException("bad manifest: " + e.getMessage(), e);
        }
        if (document.format() != VERSION) {
            throw new BankException(
                    "unknown bank format: format=%d, expected=%d".formatted(document.format(), VERSION));
        }
        String expected = document.response().isPresent() ? "response" : "none";
        if (!expected.equals(document.decomposition())) {
            throw new BankException("decomposition: value='%s', expected='%s' from the field response"
                    .formatted(document.decomposition(), expected));
        }
        try {
            return new BankManifest(
                    document.architecture(),
                    document.response(),
                    document.ranks(),
                    document.input(),
                    document.provenance(),
                    document.licence());
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new BankException("bad manifest: " + e.getMessage(), e);
        }
    }
}
