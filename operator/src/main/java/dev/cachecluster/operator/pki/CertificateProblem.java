package dev.cachecluster.operator.pki;

/**
 * What may be wrong with a certificate from elsewhere. The list is closed: conditions, tests and
 * documentation go by it.
 */
public enum CertificateProblem {
  NO_CERTIFICATE("there is no certificate", "put the certificate in PEM form into tls.crt"),
  NO_KEY("there is no private key", "put the private key in PEM form into tls.key"),
  NO_AUTHORITY(
      "there is no authority that clients could trust",
      "put the root certificate of the issuer into ca.crt"),
  TOO_LARGE("an entry is larger than 64 KiB", "keep to the certificates that are needed"),
  MALFORMED("an entry is not readable", "write it anew from the issuer's original"),
  JUNK(
      "there is something outside of the PEM blocks, or a block of another kind",
      "leave nothing but the blocks themselves"),
  KEY_MISPLACED(
      "there is a private key among the certificates, where others can read it",
      "take it out, and replace key and certificate"),
  KEY_ENCRYPTED(
      "the private key is encrypted, and nobody could type its passphrase",
      "store it decrypted, for example with openssl pkey"),
  SEVERAL_KEYS("there is more than one private key", "keep the one that belongs to tls.crt"),
  KEY_MISMATCH(
      "the private key does not belong to the certificate",
      "store the key with which the certificate was asked for"),
  KEY_UNSUITABLE(
      "a key is too weak, too large or of a kind that servers and clients do not share",
      "use RSA of 2048 to 8192 bits, or EC on P-256, P-384 or P-521"),
  WEAK_SIGNATURE(
      "a certificate is signed in a way that is no longer trusted",
      "have it issued with RSA or ECDSA over SHA-256, SHA-384 or SHA-512"),
  CHAIN_ORDER(
      "the certificates stand in the wrong order",
      "begin with the server's own and let each be followed by its issuer's"),
  CHAIN_INCOMPLETE(
      "a certificate of the chain is missing", "add it to tls.crt after the one that it issued"),
  WRONG_AUTHORITY(
      "the chain does not end at a root of ca.crt",
      "put the issuer's root into ca.crt, and what is between into tls.crt"),
  CHAIN_REFUSED(
      "the chain breaks a rule that an issuer set", "have the certificate issued within it"),
  IS_AUTHORITY(
      "the server's certificate is itself one of an authority",
      "have one issued with CA:FALSE, or a stolen server could vouch for anybody"),
  EXPIRED("a certificate has expired", "renew it"),
  NOT_YET_VALID("a certificate is not valid yet", "wait, or set the issuer's clock right"),
  EXPIRES_SOON("a certificate expires within a day", "renew it now"),
  NAMES_MISSING(
      "names are missing that clients check",
      "have it issued with all of them as DNS names (subjectAltName)"),
  WRONG_USAGE(
      "the certificate may not be used for this",
      "have it issued for digitalSignature, serverAuth and, for replication, clientAuth");

  private final String sentence;
  private final String fix;

  CertificateProblem(String sentence, String fix) {
    this.sentence = sentence;
    this.fix = fix;
  }

  /** A warning is told; anything else keeps the certificate from being mounted. */
  public boolean warning() {
    return this == EXPIRES_SOON;
  }

  String sentence() {
    return sentence;
  }

  String fix() {
    return fix;
  }
}
