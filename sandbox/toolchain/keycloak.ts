import { chmod, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Installer } from "./installer.ts";
import { run } from "./process.ts";

/** What decides at build time how Keycloak starts. */
const BUILD_OPTIONS = ["--db=postgres", "--health-enabled=false", "--metrics-enabled=false"];

/**
 * Java's options: as Keycloak's own start script sets them, but a smaller heap and the serial collector, which takes the
 * least processor time on two cores.
 */
const JAVA_OPTIONS = [
  "-Xms64m",
  "-Xmx320m",
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-XX:MetaspaceSize=96M",
  "-XX:MaxMetaspaceSize=256m",
  "-XX:+ExitOnOutOfMemoryError",
  "-Dfile.encoding=UTF-8",
  "-Djava.security.egd=file:/dev/urandom",
  "--add-opens=java.base/java.util=ALL-UNNAMED",
  "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
  "--add-opens=java.base/java.security=ALL-UNNAMED",
  "-Duser.language=en",
  "-Duser.country=US",
  "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
  "-Dpicocli.disable.closures=true",
  "-Dquarkus-log-max-startup-records=10000",
  "-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
];

const MAIN_CLASS = "io.quarkus.bootstrap.runner.QuarkusEntryPoint";

/**
 * A Keycloak that is built for the options here, once: its start-up would otherwise spend half a minute on it each time.
 *
 * @param distribution how to come by Keycloak as its makers publish it
 */
export function builtKeycloak(distribution: Installer): Installer {
  return {
    ...distribution,
    needs: ["java"],
    inputs: { distribution: distribution.inputs, BUILD_OPTIONS },
    async make(making) {
      await distribution.make(making);
      const { dir, cancel } = making;
      for (const name of ["", ...(await readdir(join(dir, "lib", "quarkus")))]) {
        await chmod(join(dir, "lib", "quarkus", name), 0o755);
      }
      await run(javaCommand(), [...javaArguments(dir, join(dir, "data")), "build", ...BUILD_OPTIONS], {
        cwd: dir,
        cancel,
      });
    },
  };
}

/** Java: `JAVA_HOME`'s, else PATH's. */
export function javaCommand(): string {
  const { JAVA_HOME } = process.env;
  return JAVA_HOME ? join(JAVA_HOME, "bin", "java") : "java";
}

/** Java's arguments that start a Keycloak. @param home its distribution @param data the folder of its data */
export function javaArguments(home: string, data: string): string[] {
  return [
    ...JAVA_OPTIONS,
    `-Dkc.home.dir=${home}`,
    `-Djboss.server.config.dir=${join(home, "conf")}`,
    `-Djboss.server.data.dir=${data}`,
    "-cp",
    join(home, "lib", "quarkus-run.jar"),
    MAIN_CLASS,
  ];
}
