package standin;

/** What tests switch while the server runs. */
final class Switches {
  /** What reacts to a secret: "suffix", "console" or "none". */
  volatile String encryption = "suffix";
  /** "works", "refused", "refused in the body" or "never done". */
  volatile String replication = "works";
  /** Between a replication's answer and its traces in the repository. */
  volatile int replicationDelayMs = 100;

  /** As in AEM, only admin may open the console; with "console", the deployer as well. */
  boolean mayUseConsole(String user) {
    return "admin".equals(user) || ("console".equals(encryption) && "aem-deployer".equals(user));
  }
}
