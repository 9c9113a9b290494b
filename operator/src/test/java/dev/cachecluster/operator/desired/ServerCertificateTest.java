package dev.cachecluster.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whose certificate a spec asks for. */
class ServerCertificateTest {
  private static DesiredState desired(String server) {
    var text =
        """
        engine: {type: Valkey, version: "8.1"}
        topology: {type: Replicated, replicas: 1}
        memory: {maxMemory: 64Mi}
        tls: {server: %s, lifetime: 48h, renewBefore: 12h}
        """
            .formatted(server);
    var spec = Serialization.unmarshal(text, CacheClusterSpec.class);
    return SampleCluster.desired(SampleCluster.NAMES, spec, Optional.empty(), Optional.empty());
  }

  @Test
  void itsSourceIsTheOneThatTheSpecNames() {
    assertThat(desired("{type: Managed}").serverCertificate().source()).isEmpty();
    assertThat(desired("{type: Secret, secret: {name: company}}").serverCertificate().source())
        .contains("company");
    assertThat(desired("{type: CertManager, issuer: {name: company}}").serverCertificate().source())
        .contains("demo-server-issued");
  }

  @Test
  void certManagerIsAskedForAllNamesOfAllMembers() {
    var desired =
        desired("{type: CertManager, issuer: {name: company, kind: ClusterIssuer, group: g.io}}");
    var request = ((ServerCertificate.Requested) desired.serverCertificate()).request();
    assertThat(Serialization.asYaml(request))
        .isEqualTo(
            """
            ---
            apiVersion: "cert-manager.io/v1"
            kind: "Certificate"
            metadata:
              labels:
                app.kubernetes.io/managed-by: "cachecluster-operator"
                cachecluster.dev/cluster: "demo"
                app.kubernetes.io/name: "cachecluster"
                app.kubernetes.io/instance: "demo"
              name: "demo-server"
              namespace: "shop"
            spec:
              secretName: "demo-server-issued"
              secretTemplate:
                labels:
                  app.kubernetes.io/managed-by: "cachecluster-operator"
                  cachecluster.dev/cluster: "demo"
              dnsNames:
              - "demo-0-0-0.demo-members.shop.svc.cluster.local"
              - "demo-primary.shop.svc.cluster.local"
              - "demo-primary.shop.svc"
              - "demo-primary.shop"
              - "demo-primary"
              - "demo-replicas.shop.svc.cluster.local"
              - "demo-replicas.shop.svc"
              - "demo-replicas.shop"
              - "demo-replicas"
              - "localhost"
              - "demo-0-1-0.demo-members.shop.svc.cluster.local"
              duration: "48h"
              renewBefore: "12h"
              privateKey:
                algorithm: "ECDSA"
                rotationPolicy: "Always"
                size: 256
              usages:
              - "digital signature"
              - "server auth"
              issuerRef:
                group: "g.io"
                kind: "ClusterIssuer"
                name: "company"
            """);
  }

  @Test
  void whatIsNeededIsWhatClientsAndMembersGoBy() {
    assertThat(ServerCertificate.needed(SampleCluster.NAMES, 1))
        .isEqualTo(
            List.of(
                "demo-primary.shop.svc.cluster.local",
                "demo-replicas.shop.svc.cluster.local",
                "demo-0-0-0.demo-members.shop.svc.cluster.local",
                "demo-0-1-0.demo-members.shop.svc.cluster.local"));
  }
}
