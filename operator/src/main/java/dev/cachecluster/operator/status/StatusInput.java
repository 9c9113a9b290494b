package dev.cachecluster.operator.status;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.SpecProblem;
import dev.cachecluster.operator.apply.Outcome;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.plan.Plan;
import java.util.List;

/**
 * What a status is made from.
 *
 * @param problems why the spec was refused; the desired state is then that of the last good one
 */
public record StatusInput(
    CacheCluster cluster,
    DesiredState desired,
    ObservedState world,
    Plan plan,
    Outcome outcome,
    List<SpecProblem> problems) {}
