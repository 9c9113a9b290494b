package dev.cachecluster.operator.desired;

import java.util.Map;

/**
 * Who the operator is on the network: the NetworkPolicies let these pods in, and no others.
 *
 * @param namespace the namespace of the operator's pods
 * @param podLabels labels that select them
 */
public record OperatorIdentity(String namespace, Map<String, String> podLabels) {}
