// Package kubernetes stands in for Pulumi's Go SDK of Kubernetes, of whose thousands of types the provider uses four.
package kubernetes

import "reflect"

// UntypedArgs are the inputs of a resource as its manifest has them.
type UntypedArgs map[string]any

// ElementType makes the arguments an input.
func (UntypedArgs) ElementType() reflect.Type { return reflect.TypeFor[map[string]any]() }
