package dev.cachecluster.operator.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static dev.cachecluster.operator.architecture.ArchitectureTest.MAIN;
import static dev.cachecluster.operator.architecture.ArchitectureTest.in;

import org.junit.jupiter.api.Test;

/** Packages that know nothing of the rest of the house. */
class RoomsOfTheirOwnTest {
  @Test
  void theProgramOnAMembersVolumeNeedsNothingButTheJdk() {
    classes()
        .that()
        .resideInAPackage(in("volume"))
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(in("volume"), "java..", "org.jspecify.."))
        .check(MAIN);
  }

  @Test
  void whetherAVolumeIsEncryptedIsJudgedByNothingButWhatIsHandedIn() {
    classes()
        .that()
        .resideInAPackage(in("storage"))
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(in("storage"), "java..", "org.jspecify.."))
        .check(MAIN);
  }
}
