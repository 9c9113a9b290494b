package dev.cachecluster.operator.plan;

/**
 * Every reason that a condition, an event or a metric may give. The list is closed;
 * docs/conditions.md explains each.
 */
public enum Reason {
  // Good news.
  SERVING("Serving"),
  AS_DESIRED("AsDesired"),
  VERIFIED("Verified"),
  ALL_STREAMING("AllStreaming"),
  BOUND("Bound"),
  PATH_OPEN("PathOpen"),
  ISOLATED("Isolated"),

  // On the way.
  CREATING("Creating"),
  PROGRESSING("Progressing"),
  WAITING_FOR_PODS("WaitingForPods"),
  WAITING_FOR_SERVERS("WaitingForServers"),
  WAITING_FOR_EVIDENCE("WaitingForEvidence"),
  REPLICAS_SYNCING("ReplicasSyncing"),
  ROLLING("Rolling"),
  NODE_LEAVING("NodeLeaving"),
  ROTATING("Rotating"),
  WAITING_FOR_ISSUER("WaitingForIssuer"),
  NOT_CHECKED("NotChecked"),
  PROBE_PENDING("ProbePending"),
  VOLUME_PENDING("VolumePending"),
  EXPANDING("Expanding"),

  // Somebody has to act.
  SPEC_REJECTED("SpecRejected"),
  UNKNOWN_VERSION("UnknownVersion"),
  IMAGE_UNAVAILABLE("ImageUnavailable"),
  CRASH_LOOP("CrashLoop"),
  UNSCHEDULABLE("Unschedulable"),
  FOREIGN_OBJECT("ForeignObject"),
  NO_PROVEN_PRIMARY("NoProvenPrimary"),
  NO_PRIMARY("NoPrimary"),
  ACCESS_LIST_DIFFERS("AccessListDiffers"),
  CERTIFICATE_DIFFERS("CertificateDiffers"),
  CERTIFICATE_REFUSED("CertificateRefused"),
  SECRET_MISSING("SecretMissing"),
  PLAINTEXT_ANSWERED("PlaintextAnswered"),
  SETTING_REFUSED("SettingRefused"),
  NOT_ENFORCED("NotEnforced"),
  PROBE_DID_NOT_RUN("ProbeDidNotRun"),
  API_ERROR("ApiError"),
  STORAGE_CLASS_MISSING("StorageClassMissing"),
  STORAGE_CLASS_DIFFERS("StorageClassDiffers"),
  ENCRYPTION_UNVERIFIED("EncryptionUnverified"),
  VOLUME_LOST("VolumeLost"),
  VOLUME_UNFIT("VolumeUnfit"),
  SHRINK_REFUSED("ShrinkRefused"),
  EXPANSION_UNSUPPORTED("ExpansionUnsupported"),
  DATA_CORRUPT("DataCorrupt"),
  STORAGE_FULL("StorageFull"),
  NAMESPACE_TERMINATING("NamespaceTerminating"),
  CLUSTER_NOT_FOUND("ClusterNotFound"),
  NOT_ALLOWED("NotAllowed"),
  KEYS_OVERLAP("KeysOverlap"),
  REVOKED("Revoked"),
  SECRET_DAMAGED("SecretDamaged"),
  CREDENTIALS_REFUSED("CredentialsRefused"),

  // Events.
  PRIMARY_CHOSEN("PrimaryChosen"),
  FAILED_OVER("FailedOver"),
  HANDED_OVER("HandedOver"),
  DATA_LOST("DataLost"),
  RESTORED("Restored"),
  VOLUME_CLAIMED("VolumeClaimed"),
  DIVERGENT_WRITES("DivergentWrites"),
  RESTARTED("Restarted"),
  DRIFT_CORRECTED("DriftCorrected"),
  MEMBER_REMOVED("MemberRemoved"),
  CERTIFICATE_RENEWED("CertificateRenewed"),
  AUTHORITY_ROTATED("AuthorityRotated"),
  CREDENTIALS_ROTATED("CredentialsRotated"),
  ACCESS_GRANTED("AccessGranted"),
  ACCESS_WITHDRAWN("AccessWithdrawn");

  private final String text;

  Reason(String text) {
    this.text = text;
  }

  /** As it stands in conditions, events and labels. */
  public String text() {
    return text;
  }
}
