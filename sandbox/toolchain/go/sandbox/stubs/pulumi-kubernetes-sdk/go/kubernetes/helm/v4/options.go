// Package v4 has the inputs of the resource Chart that are objects.
package v4

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

type (
	// RepositoryOpts say where a chart comes from.
	RepositoryOpts struct {
		Repo     *string               `pulumi:"repo"`
		Username *string               `pulumi:"username"`
		Password *string               `pulumi:"password"`
		CaFile   pulumi.AssetOrArchive `pulumi:"caFile"`
		CertFile pulumi.AssetOrArchive `pulumi:"certFile"`
		KeyFile  pulumi.AssetOrArchive `pulumi:"keyFile"`
	}
	// RepositoryOptsInput is where a chart comes from, known or not yet known.
	RepositoryOptsInput interface {
		pulumi.Input
		ToRepositoryOptsOutput() RepositoryOptsOutput
		ToRepositoryOptsOutputWithContext(context.Context) RepositoryOptsOutput
	}
	// RepositoryOptsOutput is where a chart comes from, not yet known.
	RepositoryOptsOutput struct{ *pulumi.OutputState }

	// PostRenderer is a program that changes a rendered chart.
	PostRenderer struct {
		Command string   `pulumi:"command"`
		Args    []string `pulumi:"args"`
	}
	// PostRendererInput is such a program, known or not yet known.
	PostRendererInput interface {
		pulumi.Input
		ToPostRendererOutput() PostRendererOutput
		ToPostRendererOutputWithContext(context.Context) PostRendererOutput
	}
	// PostRendererOutput is such a program, not yet known.
	PostRendererOutput struct{ *pulumi.OutputState }
)

func (RepositoryOptsOutput) ElementType() reflect.Type { return reflect.TypeFor[RepositoryOpts]() }
func (PostRendererOutput) ElementType() reflect.Type   { return reflect.TypeFor[PostRenderer]() }

func (o RepositoryOptsOutput) ToRepositoryOptsOutput() RepositoryOptsOutput { return o }
func (o PostRendererOutput) ToPostRendererOutput() PostRendererOutput       { return o }

func (o RepositoryOptsOutput) ToRepositoryOptsOutputWithContext(context.Context) RepositoryOptsOutput {
	return o
}

func (o PostRendererOutput) ToPostRendererOutputWithContext(context.Context) PostRendererOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(RepositoryOptsOutput{})
	pulumi.RegisterOutputType(PostRendererOutput{})
}
