package dev.facet.cli;

import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.Affine;
import dev.facet.core.folding.Weights;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.core.tensor.Tensor;
import dev.facet.exchange.checkpoint.CheckpointContent;
import dev.facet.exchange.checkpoint.PretrainedNetwork;
import dev.facet.runtime.engine.ort.response.PlainLayer;
import dev.facet.runtime.engine.ort.response.ResponseStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet bank import}: a pre-trained network becomes a bank. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a bank of an ImageNet ResNet-18 or -34: a PyTorch checkpoint (zip or pickle, gzipped or not) or a",
            "safetensors file, in torchvision's names or in those of the method's reference. The encoder is found under any",
            "prefix (model., backbone., module.encoder_q.); what lies beside it is left, and the command says so.",
            "A checkpoint whose norms were folded into convolutions with biases gets them measured on images (--images)."
        },
        footer = {
            "",
            "Examples: facet bank import resnet18.pth --out bank.safetensors --licence MIT",
            "          facet bank import moco.ckpt --prefix module.encoder_q --out bank.safetensors",
            "          facet bank import timm.pth --key state_dict_ema --out bank.safetensors"
        })
final class BankImportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "CHECKPOINT", description = "*.pth, *.pth.gz or *.safetensors.")
    private Path checkpoint;

    @Mixin
    private CheckpointOptions options;

    @Option(names = "--out", required = true, description = "Where the bank goes.")
    private Path out;

    @Option(names = "--architecture", description = "resnet18 or resnet34; told from the names where it isn't given.")
    private String architecture;

    @Option(
            names = "--images",
            description = "Folder of images to measure norms on (only for checkpoints without norms).")
    private Path images;

    @Option(
            names = "--crop",
            defaultValue = "224",
            description = "Side of the centre crops that are measured (default 224).")
    private int crop;

    @Option(names = "--mean", split = ",", description = "Input mean, three numbers (default: ImageNet's).")
    private List<Float> mean;

    @Option(
            names = "--std",
            split = ",",
            description = "Input standard deviation, three numbers (default: ImageNet's).")
    private List<Float> std;

    @Option(names = "--provenance", defaultValue = "", description = "Where the network comes from, for the manifest.")
    private String provenance;

    @Option(names = "--licence", defaultValue = "unknown", description = "Licence of the weights, for the manifest.")
    private String licence;

    @Option(
            names = "--fp16",
            description =
                    "Round the filters of layer3 and layer4 to fp16: about half the size, and part of the bank's identity.")
    private boolean half;

    @Override
    public Integer call() throws IOException {
        CheckpointContent content = options.read(checkpoint);
        Map<String, Tensor> tensors = content.tensors();
        PretrainedNetwork network = architecture == null
                ? PretrainedNetwork.of(tensors)
                : PretrainedNetwork.of(tensors, Architecture.of(architecture));
        CheckpointOptions.report(content, network.namesUsedOf(tensors));
        Normalization input = new Normalization(
                mean != null ? mean : Normalization.IMAGENET.mean(), std != null ? std : Normalization.IMAGENET.std());
        String origin = provenance.isEmpty() ? "imported from " + checkpoint.getFileName() : provenance;
        BankManifest manifest =
                new BankManifest(network.architecture(), Optional.empty(), Map.of(), input, origin, licence);
        FilterBank bank = network.hasNorms() ? network.toBank(manifest) : measured(network, manifest);
        if (half) {
            bank = RoundedBank.of(bank);
        }
        BankWriter.write(out, bank);
        System.out.println("bank " + bank.fingerprint());
        return 0;
    }

    private FilterBank measured(PretrainedNetwork network, BankManifest manifest) throws IOException {
        if (images == null) {
            throw new CommandFailure(
                    "the checkpoint has no norms (they are folded into its convolutions): give images to measure them on, --images DIR");
        }
        Map<String, PlainLayer> layers = new LinkedHashMap<>();
        network.biases().forEach((name, bias) -> {
            Tensor filters = network.tensors().containsKey(name)
                    ? network.tensors().get(name)
                    : network.tensors().get("init." + name + ".weight");
            float[] ones = new float[bias.length];
            Arrays.fill(ones, 1);
            layers.put(name, new PlainLayer(Weights.of(filters), Optional.empty(), new Affine(ones, bias)));
        });
        Map<String, ResponseStatistics.Sums> sums = ResponseCollector.collect(
                network.architecture(),
                layers,
                ImageFiles.in(images),
                crop,
                manifest.input(),
                OptionalInt.empty(),
                "measuring norms");
        Map<String, double[]> means = new LinkedHashMap<>();
        Map<String, double[]> variances = new LinkedHashMap<>();
        sums.forEach((name, sum) -> {
            means.put(name, sum.mean());
            variances.put(name, sum.variance());
        });
        return network.toBank(manifest, means, variances);
    }
}
