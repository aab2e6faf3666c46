// Command pulumi-language-nodejs is the part of Pulumi's language host for Node.js that running programs, policy packs
// and plugins needs. The official one belongs to a module that the Go module proxy does not have in this version; the
// programs that it starts (`run`, `run-policy-pack`, `run-plugin`) are the official ones, from @pulumi/pulumi.
//
// Of Pulumi.yaml's runtime options it reads `typescript` (default true), `tsconfig` and `nodeargs` (split at blanks).
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/cmdutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// bailed is how @pulumi/pulumi/cmd/run exits when it has shown the user what went wrong.
const bailed = 32

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	engine, tracing string
}

func main() {
	tracing := flag.String("tracing", "", "endpoint for traces, handed on to the program")
	flag.String("root", "", "project root, which the engine may name")
	flag.Parse()

	ctx, cancel := context.WithCancel(context.Background())
	if err := rpcutil.Healthcheck(ctx, flag.Arg(0), 5*time.Minute, cancel); err != nil {
		cmdutil.Exit(fmt.Errorf("pulumi-language-nodejs: cannot reach the engine at %q: %w", flag.Arg(0), err))
	}
	stop := make(chan bool)
	go func() {
		<-ctx.Done()
		close(stop)
	}()
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: stop,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, &host{engine: flag.Arg(0), tracing: *tracing})
			return nil
		},
	})
	if err != nil {
		cmdutil.Exit(fmt.Errorf("pulumi-language-nodejs: cannot listen: %w", err))
	}
	fmt.Println(handle.Port)
	if err := <-handle.Done; err != nil {
		cmdutil.Exit(fmt.Errorf("pulumi-language-nodejs: stopped: %w", err))
	}
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version.Version}, nil
}

func (h *host) Handshake(
	_ context.Context, req *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	h.engine = req.GetEngineAddress()
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

// GetRequiredPackages names the providers whose SDKs are installed, so that a missing plugin is told at the start.
func (h *host) GetRequiredPackages(
	_ context.Context, req *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	found := &pulumirpc.GetRequiredPackagesResponse{}
	modules, err := find(req.GetInfo().GetProgramDirectory(), "@pulumi/pulumi")
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(modules), "*", "package.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		var pkg struct {
			Version string
			Pulumi  struct {
				Resource              bool
				Name, Version, Server string
			}
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, &pkg); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if !pkg.Pulumi.Resource {
			continue
		}
		found.Packages = append(found.Packages, &pulumirpc.PackageDependency{
			Kind:    "resource",
			Name:    or(pkg.Pulumi.Name, filepath.Base(filepath.Dir(file))),
			Version: "v" + strings.TrimPrefix(or(pkg.Pulumi.Version, pkg.Version), "v"),
			Server:  pkg.Pulumi.Server,
		})
	}
	return found, nil
}

// Run runs a Pulumi program to its end.
func (h *host) Run(_ context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	info := req.GetInfo()
	args := []string{
		"--monitor", req.GetMonitorAddress(), "--engine", h.engine, "--organization", req.GetOrganization(),
		"--project", req.GetProject(), "--stack", req.GetStack(), "--root-directory", info.GetRootDirectory(),
		"--pwd", req.GetPwd(), "--parallel", fmt.Sprint(req.GetParallel()), "--tracing", h.tracing,
	}
	if req.GetDryRun() {
		args = append(args, "--dry-run")
	}
	args = append(append(args, or(req.GetProgram(), ".")), req.GetArgs()...)
	config, err := json.Marshal(req.GetConfig())
	if err != nil {
		return nil, err
	}
	secrets, err := json.Marshal(req.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	env := append(os.Environ(), "PULUMI_CONFIG="+string(config), "PULUMI_CONFIG_SECRET_KEYS="+string(secrets))
	// Not bound to the call's context: a cancelled engine tells the program itself and waits for it.
	cmd, err := command(context.Background(), "run", info, env, args)
	if err != nil {
		return nil, err
	}
	cmd.Dir, cmd.Stdout, cmd.Stderr = req.GetPwd(), os.Stdout, os.Stderr
	var exit *exec.ExitError
	switch err := cmd.Run(); {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case errors.As(err, &exit) && exit.ExitCode() == bailed:
		return &pulumirpc.RunResponse{Bail: true}, nil
	default:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program %s failed: %v", cmd.Path, err)}, nil
	}
}

// RunPlugin runs a policy pack, or a provider or component written for Node.js, until the engine ends the call.
func (h *host) RunPlugin(
	req *pulumirpc.RunPluginRequest, server grpc.ServerStreamingServer[pulumirpc.RunPluginResponse],
) error {
	streams, stdout, stderr, err := rpcutil.MakeRunPluginStreams(server, false)
	if err != nil {
		return err
	}
	defer streams.Close()
	// The pack's version is read from the package.json in the working directory.
	program, args, dir := "run-policy-pack", append(req.GetArgs(), "."), req.GetInfo().GetProgramDirectory()
	if req.GetKind() != "analyzer" {
		program, args, dir = "run-plugin", append([]string{dir}, req.GetArgs()...), req.GetPwd()
	}
	cmd, err := command(server.Context(), program, req.GetInfo(), req.GetEnv(), args)
	if err != nil {
		return err
	}
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, stdout, stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if err := streams.Close(); err != nil {
			return err
		}
		code := int32(exit.ExitCode()) //nolint:gosec // an exit code fits
		return server.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: code}})
	}
	return err
}

// command is node with one of @pulumi/pulumi's programs and the options of the project's runtime.
func command(
	ctx context.Context, program string, info *pulumirpc.ProgramInfo, env, args []string,
) (*exec.Cmd, error) {
	sdk, err := find(info.GetProgramDirectory(), "@pulumi/pulumi")
	if err != nil {
		return nil, err
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, fmt.Errorf("pulumi-language-nodejs: no node on PATH: %w", err)
	}
	options := info.GetOptions().AsMap()
	typescript, given := options["typescript"].(bool)
	nodeargs, _ := options["nodeargs"].(string)
	cmd := exec.CommandContext(ctx, node, append(append(strings.Fields(nodeargs), filepath.Join(sdk, "cmd", program)), args...)...)
	cmd.Env = append(env, fmt.Sprintf("PULUMI_NODEJS_TYPESCRIPT=%t", typescript || !given))
	if tsconfig, ok := options["tsconfig"].(string); ok {
		cmd.Env = append(cmd.Env, "PULUMI_NODEJS_TSCONFIG_PATH="+tsconfig)
	}
	return cmd, nil
}

// find returns the folder of a package as Node.js would find it from dir.
func find(dir, name string) (string, error) {
	for at := dir; ; at = filepath.Dir(at) {
		folder := filepath.Join(at, "node_modules", filepath.FromSlash(name))
		if _, err := os.Stat(filepath.Join(folder, "package.json")); err == nil {
			return folder, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("%s is not installed for %s: run `npm ci` there, or in a folder above it", name, dir)
		}
	}
}

func or(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}
