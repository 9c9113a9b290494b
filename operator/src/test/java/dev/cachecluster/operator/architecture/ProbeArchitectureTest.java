package dev.cachecluster.operator.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.cachecluster.operator.architecture.ArchitectureTest.MAIN;
import static dev.cachecluster.operator.architecture.ArchitectureTest.in;

import dev.cachecluster.operator.probe.Finding;
import dev.cachecluster.operator.probe.Target;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The program in the pods of the probe and the operator have two words in common, and no more. */
class ProbeArchitectureTest {
  /** It runs as a program of its own, with nothing beside it on its class path. */
  @Test
  void theProbeNeedsNothingButTheJdk() {
    noClasses()
        .that()
        .resideInAPackage(in("probe"))
        .should()
        .dependOnClassesThat(
            resideOutsideOfPackages(in("probe"), "java..").and(not(type(NullMarked.class))))
        .check(MAIN);
  }

  /** Its sockets are opened in the pods of the probe only; the operator takes its words. */
  @Test
  void theOperatorItselfProbesNothing() {
    noClasses()
        .that()
        .resideOutsideOfPackage(in("probe"))
        .should()
        .dependOnClassesThat(
            resideInAPackage(in("probe"))
                .and(not(type(Finding.class)))
                .and(not(type(Target.class))))
        .check(MAIN);
  }
}
