package dev.cachecluster.operator.desired;

import dev.cachecluster.operator.acl.Secret;

/** The passwords that the operator made for itself and for replication. */
public record Passwords(Secret operator, Secret replication) {}
