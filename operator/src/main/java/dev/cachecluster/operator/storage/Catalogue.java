package dev.cachecluster.operator.storage;

import dev.cachecluster.operator.storage.Rule.Always;
import dev.cachecluster.operator.storage.Rule.AnyOf;
import dev.cachecluster.operator.storage.Rule.Parameter;
import dev.cachecluster.operator.storage.Rule.Word;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The provisioners whose word on encryption is known, each read in the driver's own code or in its
 * vendor's documentation; docs/encryption.md names the sources. What was not confirmed there is not
 * here: an administrator may declare it.
 */
final class Catalogue {
  private static final String ROOK = ".rbd.csi.ceph.com";
  private static final Rule CEPH =
      // The other type, "file", leaves metadata in plain.
      new Parameter("encrypted", "true", true, Map.of("encryptionType", "block"));

  private static final Map<String, Rule> RULES =
      Map.ofEntries(
          Map.entry("ebs.csi.aws.com", new Parameter("encrypted", "true", false)),
          Map.entry("pd.csi.storage.gke.io", new Always("Google encrypts every disk at rest")),
          // A disk is always encrypted; a copy of it in the cache of the node's host is not.
          Map.entry("disk.csi.azure.com", new Parameter("cachingMode", "None", false)),
          Map.entry(
              "blockvolume.csi.oraclecloud.com",
              new Always("Oracle encrypts every block volume at rest")),
          Map.entry("vpc.block.csi.ibm.io", new Always("IBM encrypts every block volume at rest")),
          Map.entry(
              "dobs.csi.digitalocean.com",
              new Always("DigitalOcean encrypts every volume at rest")),
          Map.entry("diskplugin.csi.alibabacloud.com", new Parameter("encrypted", "true", true)),
          Map.entry(
              "csi.scaleway.com", new Parameter("encrypted", "true", true, Map.of("kmsKeyId", ""))),
          Map.entry(
              "csi.cloudscale.ch", new Parameter("csi.cloudscale.ch/luks-encrypted", "true", true)),
          Map.entry(
              "linodebs.csi.linode.com",
              new AnyOf(
                  List.of(
                      new Parameter("linodebs.csi.linode.com/luks-encrypted", "true", true),
                      new Parameter("linodebs.csi.linode.com/encrypted", "true", false)))),
          Map.entry("storage.csi.upcloud.com", new Parameter("encryption", "data-at-rest", false)),
          Map.entry("rbd.csi.ceph.com", CEPH),
          Map.entry(
              "driver.longhorn.io",
              new Parameter(
                  "encrypted",
                  "true",
                  true,
                  Map.of("fromBackup", "", "backingImage", "", "dataSource", ""))),
          Map.entry(
              "linstor.csi.linbit.com",
              new Word("luks", List.of("linstor.csi.linbit.com/layerList", "layerList"))));

  private Catalogue() {}

  /** The rule for a provisioner; empty if it is not known. */
  static Optional<Rule> rule(String provisioner) {
    // Rook puts the namespace of its own operator before the name.
    return provisioner.endsWith(ROOK)
        ? Optional.of(CEPH)
        : Optional.ofNullable(RULES.get(provisioner));
  }

  /** All of them, by name. */
  static Map<String, Rule> all() {
    return new TreeMap<>(RULES);
  }
}
