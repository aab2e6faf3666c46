// Command pulumi is Pulumi's CLI with the commands that work on stacks: those of Pulumi Cloud, of package authors and of
// assistants, and what they bring along, are left out.
package main

import (
	"context"
	"log"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/pkg/v3/backend/httpstate"
	"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/about"
	"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/auth"
	cmdbackend "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/backend"
	"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/cancel"
	"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/cmd"
	"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/config"
	"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/operations"
	"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/plugin"
	"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/policy"
	"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/rattler"
	"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/stack"
	"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/state"
	versioncmd "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/version"
	"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/whoami"
	"github.com/pulumi/pulumi/pkg/v3/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/common/env"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/cmdutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	"github.com/spf13/cobra"
)

func main() {
	root := command()
	err := root.ExecuteContext(context.Background())
	if err != nil {
		cmd.DisplayErrorMessage(root.Context(), err, root.ErrOrStderr())
	}
	logging.Flush()
	cmdutil.CloseTracing()
	cmdutil.CloseOtelTracing()
	os.Exit(exitCode(err))
}

func exitCode(err error) int {
	if err == nil {
		return 0
	}
	return cmd.ExitCodeFor(err)
}

// global are the options of every command, with the names that the official CLI gives them.
type global struct {
	cwd, color, tracing, otelTraces string
	logFlow, logToStderr            bool
	verbose                         int
}

func command() *cobra.Command {
	var options global
	started := time.Now()
	root := &cobra.Command{
		Use:           "pulumi",
		Short:         "Pulumi's command line, as the sandbox builds it",
		Version:       version.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(called *cobra.Command, _ []string) error {
			return prepare(called, &options, started)
		},
	}
	root.SetVersionTemplate("{{.Version}}\n")
	flags := root.PersistentFlags()
	flags.StringVarP(&options.cwd, "cwd", "C", "", "Run in another directory")
	flags.BoolVarP(&cmdutil.Emoji, "emoji", "e", runtime.GOOS == "darwin", "Enable emojis in the output")
	flags.BoolVarP(&cmdutil.FullyQualifyStackNames, "fully-qualify-stack-names", "Q", false, "Show whole stack names")
	flags.BoolVar(&backend.DisableIntegrityChecking, "disable-integrity-checking", false, "Do not check checkpoints")
	flags.BoolVar(&options.logFlow, "logflow", false, "Flow log settings to child processes (like plugins)")
	flags.BoolVar(&options.logToStderr, "logtostderr", false, "Log to stderr instead of to files")
	flags.BoolVar(&cmdutil.DisableInteractive, "non-interactive", false, "Disable interactive mode")
	flags.StringVar(&options.tracing, "tracing", "", "Emit tracing to an endpoint, or to `file:`")
	flags.StringVar(&options.otelTraces, "otel-traces", "", "Export OpenTelemetry traces to an endpoint")
	flags.IntVarP(&options.verbose, "verbose", "v", 0, "Verbose logging; anything above 3 is very verbose")
	flags.StringVar(&options.color, "color", "auto", "Colorize output: always, never, raw, auto")

	root.AddCommand(
		config.NewConfigCmd(workspace.Instance),
		stack.NewStackCmd(),
		operations.NewImportCmd(),
		operations.NewRefreshCmd(),
		operations.NewUpCmd(),
		operations.NewDestroyCmd(),
		operations.NewPreviewCmd(),
		state.NewStateCmd(),
		cancel.NewCancelCmd(workspace.Instance),
		auth.NewLoginCmd(workspace.Instance, cmdbackend.DefaultLoginManager, env.Global()),
		auth.NewLogoutCmd(workspace.Instance),
		whoami.NewWhoAmICmd(workspace.Instance, cmdbackend.DefaultLoginManager),
		policy.NewPolicyCmd(),
		plugin.NewPluginCmd(),
		versioncmd.NewVersionCmd(),
		about.NewAboutCmd(workspace.Instance),
	)
	root.CompletionOptions.DisableDefaultCmd = true
	rattler.Install(root)
	return root
}

// prepare does before each command what the official CLI does, but for its questions to Pulumi Cloud.
func prepare(called *cobra.Command, options *global, started time.Time) error {
	if err := cmdutil.SetGlobalColorization(options.color); err != nil {
		return err
	}
	if options.cwd != "" {
		if err := os.Chdir(options.cwd); err != nil {
			return err
		}
	}
	logging.InitLogging(options.logToStderr, options.verbose, options.logFlow)
	cmdutil.InitTracing("pulumi-cli", "pulumi", options.tracing)
	if err := cmdutil.InitOtelReceiver(options.otelTraces, nil); err != nil {
		slog.Info("no receiver of traces", "err", err)
	}
	ctx := cmdutil.ContextWithProcessStartTime(called.Context(), started)
	called.SetContext(httpstate.ContextWithCommandName(ctx, called.CommandPath()))
	// Drivers of state stores print with this package, which would be between the command's own output.
	log.SetOutput(slogWriter{})
	return nil
}

type slogWriter struct{}

func (slogWriter) Write(line []byte) (int, error) {
	slog.Info(strings.TrimSpace(string(line)))
	return len(line), nil
}
