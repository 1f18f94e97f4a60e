package dev.facet.integration;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.facet.core.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of the house: which way data flows, what stays where, no cycles. */
class ArchitectureTest {
    private static final List<String> MODULES =
            List.of("core", "protocol", "exchange", "evaluation", "runtime", "server", "trainer", "cli");

    private static JavaClasses classes;

    @BeforeAll
    static void importEveryModule() {
        Path root = SharedData.root().resolve("src");
        List<Path> folders = MODULES.stream()
                .map(module -> root.resolve(module).resolve("target/classes"))
                .toList();
        assertThat(folders)
                .allSatisfy(folder -> assertThat(Files.isDirectory(folder))
                        .as("compiled classes of %s", folder)
                        .isTrue());
        ImportOption ours = (Location location) -> location.contains("/dev/facet/");
        classes = new ClassFileImporter().withImportOption(ours).importPaths(folders);
        assertThat(classes.size()).isGreaterThan(100);
    }

    @Test
    void modulesDependInOneDirection() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("core")
                .definedBy("dev.facet.core..")
                .layer("protocol")
                .definedBy("dev.facet.protocol..")
                .layer("exchange")
                .definedBy("dev.facet.exchange..")
                .layer("evaluation")
                .definedBy("dev.facet.evaluation..")
                .layer("runtime")
                .definedBy("dev.facet.runtime..")
                .layer("server")
                .definedBy("dev.facet.server..")
                .layer("trainer")
                .definedBy("dev.facet.trainer..")
                .layer("cli")
                .definedBy("dev.facet.cli..")
                .whereLayer("core")
                .mayNotAccessAnyLayer()
                .whereLayer("protocol")
                .mayNotAccessAnyLayer()
                .whereLayer("exchange")
                .mayOnlyAccessLayers("core")
                .whereLayer("evaluation")
                .mayOnlyAccessLayers("core")
                .whereLayer("runtime")
                .mayOnlyAccessLayers("core")
                .whereLayer("server")
                .mayOnlyAccessLayers("core", "protocol", "runtime")
                .whereLayer("trainer")
                .mayOnlyAccessLayers("core", "exchange", "evaluation")
                .whereLayer("cli")
                .mayOnlyAccessLayers("core", "protocol", "exchange", "evaluation", "runtime")
                .check(classes);
    }

    /** Of the server's pom, not of its code: what isn't there can't be reached by reflection either. */
    @Test
    void theServerHasNeitherCheckpointsNorPublishingOnItsClassPath() throws IOException {
        for (String module : List.of("core", "runtime", "server")) {
            assertThat(Files.readString(
                            SharedData.root().resolve("src").resolve(module).resolve("pom.xml")))
                    .as("pom.xml of %s", module)
                    .doesNotContain("facet-exchange", "facet-evaluation", "facet-trainer", "facet-cli");
        }
    }

    @Test
    void packagesHaveNoCycles() {
        slices().assignedFrom(eachPackage()).should().beFreeOfCycles().check(classes);
    }

    @Test
    void frameworksStayInTheirModules() {
        noClasses()
                .that()
                // A server of nothing but Vert.x is what the server is measured against.
                .resideOutsideOfPackages("dev.facet.server..", "dev.facet.cli.bench.plain..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta..", "io.quarkus..", "io.vertx..", "io.smallrye..")
                .check(classes);
        noClasses()
                .that()
                // What the engine is measured against is ONNX Runtime without it.
                .resideOutsideOfPackages("dev.facet.runtime.engine.ort..", "dev.facet.cli.bench.plain..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.onnxruntime..")
                .check(classes);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.facet.trainer..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(classes);
    }

    @Test
    void everyPackageSaysWhatItHolds() {
        Set<String> packages =
                classes.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));
        List<Path> sources = MODULES.stream()
                .map(module -> SharedData.root().resolve("src").resolve(module).resolve("src/main/java"))
                .toList();
        assertThat(packages)
                .allSatisfy(name -> assertThat(sources)
                        .as("package-info of %s", name)
                        .anyMatch(source -> Files.isRegularFile(
                                source.resolve(name.replace('.', '/')).resolve("package-info.java"))));
    }

    @Test
    void packagesAreNamedByWhatTheyHold() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..impl..", "..service..", "..helper..")
                .check(classes);
    }

    private static SliceAssignment eachPackage() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                return SliceIdentifier.of(javaClass.getPackageName());
            }

            @Override
            public String getDescription() {
                return "each package";
            }
        };
    }
}
