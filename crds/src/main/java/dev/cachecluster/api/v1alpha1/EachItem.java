package dev.cachecluster.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Rules for each item of a list, so that the API server names the item and not only the list. The
 * generator's own annotation cannot stand at the type of an item.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface EachItem {
  ValidationRule[] value();
}
