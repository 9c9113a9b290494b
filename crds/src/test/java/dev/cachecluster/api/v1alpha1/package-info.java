/** The generator of the CRD, and the tests of the API types. */
@NullMarked
package dev.cachecluster.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
