/**
 * The Kubernetes API {@code cachecluster.dev/v1alpha1}.
 *
 * <p>Everything here is a value. A component without {@code @Nullable} is required in YAML or has a
 * default; the API server fills defaults in, and the constructors fill the same ones in for objects
 * that never met an API server. The Javadoc of the types and their components is what {@code
 * kubectl explain} prints.
 */
@NullMarked
package dev.cachecluster.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
