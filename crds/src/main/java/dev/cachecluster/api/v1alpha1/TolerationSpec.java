package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * A taint that the pods tolerate.
 *
 * @param key Key of the taint. Taints of control-plane nodes are not tolerated.
 * @param operator Equal (if not given) compares the value; Exists does not.
 * @param value Value of the taint; only with Equal.
 * @param effect Effect of the taint; every effect if not given.
 * @param tolerationSeconds How long a taint with NoExecute is tolerated; for ever if not given.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TolerationSpec(
    @Nullable @Size(max = 316) String key,
    @Nullable @OneOf({"Equal", "Exists"}) String operator,
    @Nullable @Size(max = 63) String value,
    @Nullable @OneOf({"NoSchedule", "PreferNoSchedule", "NoExecute"}) String effect,
    @Nullable @Min(0) @Max(31536000) Long tolerationSeconds) {}
