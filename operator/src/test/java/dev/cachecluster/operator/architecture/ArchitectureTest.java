package dev.cachecluster.operator.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import dev.cachecluster.api.v1alpha1.CacheClusterStatus;
import dev.cachecluster.operator.controller.House;
import dev.cachecluster.operator.status.StatusFactory;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The arrows between the packages, as docs/architecture.md draws them. */
class ArchitectureTest {
  private static final String ROOT = "dev.cachecluster.operator.";
  private static final String CLIENT = "io.fabric8.kubernetes.client..";

  static final JavaClasses MAIN = new ClassFileImporter().importPath(compiled());

  /** Where the operator's own classes lie; tests are built to somewhere else. */
  private static Path compiled() {
    try {
      return Path.of(House.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("classes must lie in a directory", e);
    }
  }

  /** Every class of that package and below it. */
  static String in(String name) {
    return ROOT + name + "..";
  }

  @Test
  void thePureCoreKnowsNoClient() {
    noClasses()
        .that()
        .resideInAnyPackage(
            in("desired"), in("plan"), in("pki"), in("acl"), in("engine"), in("storage"))
        .or(resideInAPackage(in("status")).and(DescribedPredicate.not(isTheStatusWriter())))
        .should()
        .dependOnClassesThat(resideInAPackage(CLIENT))
        .check(MAIN);
  }

  @Test
  void observedReadsThroughItsPortAndOnlyBorrowsTheSerializer() {
    noClasses()
        .that()
        .resideInAPackage(in("observed"))
        .should()
        .dependOnClassesThat(
            resideInAPackage(CLIENT).and(DescribedPredicate.not(type(Serialization.class))))
        .check(MAIN);
  }

  private static DescribedPredicate<JavaClass> isTheStatusWriter() {
    return DescribedPredicate.describe(
        "the status writer", each -> each.getName().startsWith(ROOT + "status.StatusWriter"));
  }

  @Test
  void onlyTheControllerKnowsTheFramework() {
    noClasses()
        .that()
        .resideOutsideOfPackage(in("controller"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.javaoperatorsdk..",
                "io.quarkiverse..",
                "io.quarkus..",
                "io.smallrye..",
                "jakarta..",
                "io.micrometer.."))
        .check(MAIN);
  }

  @Test
  void onlyTheEngineSpeaksToServers() {
    noClasses()
        .that()
        .resideOutsideOfPackages(in("engine"), in("probe"))
        .and(DescribedPredicate.not(type(House.class)))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.lettuce..", "io.netty..", "java.net..", "javax.net..")
                .and(DescribedPredicate.not(type(HttpURLConnection.class))))
        .because(
            "House alone makes the shared resources of the connections, and a status code is no connection")
        .check(MAIN);
  }

  @Test
  void nobodyDependsOnTheController() {
    noClasses()
        .that()
        .resideOutsideOfPackage(in("controller"))
        .should()
        .dependOnClassesThat(resideInAPackage(in("controller")))
        .check(MAIN);
  }

  @Test
  void thePlanKnowsNeitherHowItIsDoneNorHowItIsTold() {
    noClasses()
        .that()
        .resideInAPackage(in("plan"))
        .should()
        .dependOnClassesThat(resideInAnyPackage(in("apply"), in("status")))
        .check(MAIN);
    noClasses()
        .that()
        .resideInAPackage(in("desired"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(in("observed"), in("plan"), in("apply"), in("status"), in("engine")))
        .check(MAIN);
    noClasses()
        .that()
        .resideInAPackage(in("observed"))
        .should()
        .dependOnClassesThat(resideInAnyPackage(in("plan"), in("apply"), in("status")))
        .check(MAIN);
    noClasses()
        .that()
        .resideInAPackage(in("engine"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(in("observed"), in("plan"), in("desired"), in("apply")))
        .check(MAIN);
  }

  /** A forged or outdated status changes nothing: who decides cannot see it. */
  @Test
  void nobodyWhoDecidesReadsTheStatus() {
    noClasses()
        .that()
        .resideInAnyPackage(in("desired"), in("observed"), in("plan"), in("apply"))
        .should()
        .dependOnClassesThat(type(CacheClusterStatus.class))
        .check(MAIN);
  }

  /** The members of the client that change something in the API. */
  private static final Set<String> WRITES =
      Set.of(
          "create",
          "createOr",
          "update",
          "updateStatus",
          "patch",
          "patchStatus",
          "delete",
          "replace",
          "serverSideApply",
          "apply",
          "edit",
          "editStatus",
          "evict",
          "scale");

  /** Beside apply: the status, the Events, and the leader's own Lease. */
  @Test
  void onlyApplyWritesToTheApi() {
    DescribedPredicate<JavaMethodCall> write =
        DescribedPredicate.describe(
            "writing to the API",
            call ->
                WRITES.contains(call.getTarget().getName())
                    && call.getTargetOwner()
                        .getPackageName()
                        .startsWith("io.fabric8.kubernetes.client"));
    noClasses()
        .that()
        .resideOutsideOfPackage(in("apply"))
        .and(DescribedPredicate.not(isTheStatusWriter()))
        .and()
        .doNotHaveSimpleName("KubernetesJournal")
        .and()
        .doNotHaveSimpleName("LeaseGate")
        .should(callMethodWhere(write))
        .check(MAIN);
    classes().that().haveSimpleName("PodWriter").should(callMethodWhere(write)).check(MAIN);
  }

  @Test
  void nothingStaticChanges() {
    fields().that().areStatic().and(isWritten()).should().beFinal().check(MAIN);
    fields()
        .that()
        .areStatic()
        .should(ArchConditions.<JavaField>not(ArchConditions.have(rawTypeThatChanges())))
        .check(MAIN);
  }

  private static DescribedPredicate<HasModifiers> isWritten() {
    return DescribedPredicate.describe(
        "written in a source file", field -> !field.getModifiers().contains(SYNTHETIC));
  }

  private static DescribedPredicate<JavaField> rawTypeThatChanges() {
    return DescribedPredicate.describe(
        "a type that is made to be changed",
        field ->
            field.getModifiers().contains(FINAL)
                && (field.getRawType().getName().startsWith("java.util.concurrent.")
                    || Set.of(
                            "java.util.HashMap",
                            "java.util.ArrayList",
                            "java.util.TreeMap",
                            "java.util.HashSet",
                            "java.lang.StringBuilder")
                        .contains(field.getRawType().getName())));
  }

  @Test
  void namesSayWhatAClassIs() {
    noClasses().should().haveNameMatching(".*(Utils?|Manager|Helper|Impl)(\\$.*)?").check(MAIN);
  }

  @Test
  void onlyTheControllerAsksTheMachineForTimeAndEnvironment() {
    DescribedPredicate<JavaCall<?>> ambient =
        DescribedPredicate.describe(
            "asking the machine",
            call -> {
              var owner = call.getTargetOwner();
              var name = call.getTarget().getName();
              return (owner.isEquivalentTo(System.class)
                      && Set.of("getenv", "getProperty", "currentTimeMillis").contains(name))
                  || (owner.isEquivalentTo(Clock.class) && name.startsWith("system"))
                  || (owner.isEquivalentTo(Instant.class)
                      && name.equals("now")
                      && call.getTarget().getRawParameterTypes().isEmpty());
            });
    noClasses()
        .that()
        .resideOutsideOfPackage(in("controller"))
        .should(ArchConditions.callCodeUnitWhere(ambient))
        .check(MAIN);
  }

  @Test
  void theCorePartsAreAllLookedAt() {
    for (var part :
        Set.of(
            "desired",
            "observed",
            "plan",
            "apply",
            "status",
            "controller",
            "probe",
            "volume",
            "storage",
            "acl",
            "pki",
            "engine")) {
      classes().that().resideInAPackage(in(part)).should().haveNameMatching(".+").check(MAIN);
    }
    classes().that().belongToAnyOf(StatusFactory.class).should().bePublic().check(MAIN);
  }
}
